"""``gradcheck rules``: the table, one row and the proof of a row, in every format."""

import json

import pytest

from gradcheck.cli import run
from gradcheck.commands.rules import FORMATS

LOOKS = {
    "table": lambda text: "tanh" in text,
    "json": lambda text: json.loads(text)["schema"].startswith("gradcheck."),
    "markdown": lambda text: "| " in text,
    "latex": lambda text: "\\" in text and text.count("{") == text.count("}"),
    "html": lambda text: text.startswith("<!DOCTYPE html>") and text.rstrip().endswith("</html>"),
}


def test_every_format_is_tried():
    assert set(LOOKS) == set(FORMATS)


@pytest.mark.parametrize("format_", LOOKS)
@pytest.mark.parametrize("arguments", [["tanh"], ["tanh", "--check"], []], ids=" ".join)
def test_every_format(arguments, format_, capsys):
    assert run(["rules", *arguments, "--format", format_]) == 0
    out, err = capsys.readouterr()
    assert not err
    assert "tanh" in out
    assert LOOKS[format_](out)
