"""Every row of the hostile table: the exit code, what the user sees, and what must never happen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from attack.hostile import HOSTILE
from attack.laws import is_plain, said

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("one", HOSTILE, ids=lambda one: f"{one.category}: {one.what!a}"[:90])
def test_what_the_user_sees(one, folder):
    for name, content in one.files.items():
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        (folder / name).write_bytes(data)
    before = os.times()
    code, out, err = said(list(one.arguments), one.stdin)
    after = os.times()
    shown = out + err
    assert code == one.code, shown[-2_000:]
    assert one.sees.lower() in " ".join(shown.lower().split("\n")) or one.sees in shown, shown[-2_000:]
    assert not one.hides or one.hides not in shown
    assert is_plain(shown.replace("\r\n", "\n")), repr(shown)[-2_000:]
    assert "Traceback" not in shown
    assert "bug in gradcheck" not in shown
    assert {path.name for path in folder.iterdir()} == set(one.files)
    assert len(shown) < 200_000
    assert sum(after[:4]) - sum(before[:4]) < one.seconds


def test_every_category_is_named_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## What it withstands") :]
    for category in dict.fromkeys(one.category for one in HOSTILE):
        assert f"| {category} |" in section
