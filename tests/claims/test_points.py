"""Points: friendly first, the same for everybody, and found again after an interruption."""

from __future__ import annotations

import itertools

import pytest

from gradcheck.arithmetic.balls import shared
from gradcheck.build import build
from gradcheck.claims import points
from gradcheck.claims.points import shared_spread, spread
from gradcheck.declarations import allows, read_declarations
from gradcheck.point import read_point
from gradcheck.syntax.plain import parse


def graph_of(text):
    return build(parse(text))


def first(found, count=40):
    return list(itertools.islice(found, count))


def test_claims_about_the_same_variables_share_their_points():
    one, other = graph_of("x**2"), graph_of("sin(x)")
    assert shared_spread(one, {}, 0) is shared_spread(other, {}, 0)
    assert shared_spread(one, {}, 0) is not shared_spread(one, {}, 1)
    assert shared_spread(one, {}, 0) is not shared_spread(one, read_declarations("x > 0"), 0)


def test_a_spread_is_the_same_however_it_is_read():
    points._kept.cache_clear()
    graph = graph_of("x*y")
    whole = first(shared_spread(graph, {}, 3))
    points._kept.cache_clear()
    again = shared_spread(graph, {}, 3)
    assert [again.point(number) for number in (7, 0, 39)] == [whole[number] for number in (7, 0, 39)]
    assert first(again) == whole


def test_declarations_hold():
    declared = read_declarations("0 < x < 1; n: integer; y < -2")
    for point in first(spread(graph_of("x + n*y"), declared, {}, 0), 200):
        assert allows(declared, point)


def test_the_given_point_comes_first_where_it_is_rational():
    graph = graph_of("x + y")
    assert first(spread(graph, {}, read_point("x=7,y=1/3"), 0), 1)[0]["x"] == 7
    assert first(spread(graph, {}, read_point("x=pi,y=1"), 0), 3) == first(shared_spread(graph, {}, 0), 3)


def test_an_interruption_loses_no_point(monkeypatch):
    points._kept.cache_clear()
    graph = graph_of("x*z")
    whole = first(shared_spread(graph, {}, 0))
    points._kept.cache_clear()
    real, calls = points._coordinate, itertools.count()

    def interrupted(*arguments):
        if next(calls) == 25:
            raise TimeoutError
        return real(*arguments)

    monkeypatch.setattr(points, "_coordinate", interrupted)
    again = shared_spread(graph, {}, 0)
    with pytest.raises(TimeoutError):
        first(again)
    assert first(again) == whole


def test_numbers_of_a_point_are_those_of_the_precision():
    found = shared_spread(graph_of("x"), {}, 0)
    for precision in (64, 256):
        arithmetic = shared(precision)
        with arithmetic.working():
            for number in range(20):
                point = found.point(number)
                assert str(found.numbers(number, arithmetic)["x"]) == str(arithmetic.number(point["x"]))
