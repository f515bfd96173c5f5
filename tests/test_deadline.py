"""A budget of seconds is kept, even where an alarm is swallowed."""

import contextlib
import signal
import threading
import time

import pytest

from gradcheck.deadline import Deadline, TimeUpError


def test_what_is_left_never_is_negative():
    assert Deadline(-1.0).left() == 0.0
    assert Deadline(-1.0).passed()
    assert not Deadline(60.0).passed()
    assert Deadline(60.0).share(0.5).seconds == pytest.approx(30.0, abs=0.5)


def busy(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_block_is_left_when_time_is_up():
    with pytest.raises(TimeUpError), Deadline(0.02).enforced():
        busy(10.0)


def deaf(seconds):
    """Work that swallows the first alarm, as a callback of the interpreter does."""
    with contextlib.suppress(TimeUpError):
        busy(seconds)
    busy(seconds)


def test_an_alarm_that_was_swallowed_rings_again():
    with pytest.raises(TimeUpError), Deadline(0.02).enforced():
        deaf(10.0)


def test_nothing_rings_behind_the_block():
    handler = signal.getsignal(signal.SIGALRM)
    with Deadline(30.0).enforced():
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is handler


def test_a_used_up_budget_starts_nothing():
    with pytest.raises(TimeUpError), Deadline(0.0).enforced():
        pytest.fail("the block was entered")


def test_in_another_thread_the_block_runs():
    ran = []

    def work():
        with Deadline(5.0).enforced():
            ran.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [True]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarms here")
def test_a_block_inside_leaves_the_alarm_of_the_one_around_it():
    with Deadline(60).enforced():
        with Deadline(30).enforced():
            assert signal.getitimer(signal.ITIMER_REAL)[0] <= 30
        assert 30 < signal.getitimer(signal.ITIMER_REAL)[0] <= 60
        with Deadline(90).enforced():
            assert signal.getitimer(signal.ITIMER_REAL)[0] <= 60
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
