"""Where reports go: a file or a directory, whole or not at all."""

from __future__ import annotations

import os

import pytest

from gradcheck.commands.output import is_folder, write_folder
from gradcheck.errors import UsageProblem

PAGES = [("index.html", "the class"), ("01-a.html", "a"), ("02-b.html", "b")]


def held(path):
    return {one.name: one.read_text() for one in path.iterdir()}


def test_what_names_a_directory(tmp_path):
    assert is_folder("pages/")
    assert is_folder(str(tmp_path))
    assert not is_folder("pages")
    assert not is_folder("class.html")
    assert not is_folder(None)


def test_a_new_directory(tmp_path):
    write_folder(PAGES, f"{tmp_path}/pages/")
    assert held(tmp_path / "pages") == dict(PAGES)
    assert [one.name for one in tmp_path.iterdir()] == ["pages"]


def test_pages_of_an_earlier_run_are_replaced(tmp_path):
    write_folder(PAGES, f"{tmp_path}/pages/")
    write_folder(PAGES[:2], f"{tmp_path}/pages")
    assert held(tmp_path / "pages") == dict(PAGES[:2])
    assert [one.name for one in tmp_path.iterdir()] == ["pages"]


@pytest.mark.parametrize("name", ["notes.txt", "other.html", ".git", "01-a.htm"])
def test_other_files_are_left_alone(tmp_path, name):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / name).write_text("mine")
    with pytest.raises(UsageProblem, match="holds other files"):
        write_folder(PAGES, str(tmp_path / "pages"))
    assert held(tmp_path / "pages") == {name: "mine"}


def test_an_empty_directory_is_used(tmp_path):
    (tmp_path / "pages").mkdir()
    write_folder(PAGES, str(tmp_path / "pages"))
    assert held(tmp_path / "pages") == dict(PAGES)


@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_half_written(tmp_path, there):
    """A page that fails leaves what was there before, and no traces."""

    def failing():
        yield PAGES[0]
        raise RuntimeError

    if there:
        write_folder(PAGES, str(tmp_path / "pages"))
    with pytest.raises(RuntimeError):
        write_folder(failing(), str(tmp_path / "pages"))
    assert [one.name for one in tmp_path.iterdir()] == (["pages"] if there else [])
    if there:
        assert held(tmp_path / "pages") == dict(PAGES)


def test_a_rename_that_fails_gives_the_old_pages_back(tmp_path, monkeypatch):
    write_folder(PAGES, str(tmp_path / "pages"))
    rename, calls = os.rename, []

    def failing(source, target, **rest):
        calls.append(source)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return rename(source, target, **rest)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(OSError, match="No space"):
        write_folder(PAGES[:1], str(tmp_path / "pages"))
    assert held(tmp_path / "pages") == dict(PAGES)
    assert [one.name for one in tmp_path.iterdir()] == ["pages"]


def test_a_directory_that_is_a_file_or_nowhere(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageProblem, match="is a file"):
        write_folder(PAGES, str(tmp_path / "file"))
    with pytest.raises(UsageProblem, match="does not exist"):
        write_folder(PAGES, str(tmp_path / "no" / "pages"))


def test_a_link_to_a_directory_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_folder(PAGES, str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert held(tmp_path / "real") == dict(PAGES)
