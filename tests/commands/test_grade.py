"""The options of ``gradcheck grade``; the marks are in test_grading.py."""

from __future__ import annotations

import pytest

from gradcheck.cli import run

SUBMISSIONS = "student,problem,of,claim\nMüller,1,df/dx,2*x\n"


@pytest.fixture
def graded(tmp_path, capsys):
    """Mark the answer in a file of some encoding: exit code, stdout, stderr."""
    problems, submissions = tmp_path / "p.toml", tmp_path / "s.csv"
    problems.write_text('[[problem]]\nf = "x**2"\n', encoding="utf-8")

    def call(encoding):
        submissions.write_text(SUBMISSIONS, encoding=encoding, newline="")
        code = run(["grade", str(problems), str(submissions), "--encoding", encoding, "--format", "csv"])
        return code, *capsys.readouterr()

    return call


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "UTF8", "iso-8859-15"])
def test_the_encoding_of_the_submissions(graded, encoding):
    code, out, _ = graded(encoding)
    assert code == 0
    assert "Müller" in out


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "cp037"])
def test_an_encoding_whose_lines_do_not_end_in_one_byte_is_refused(graded, encoding):
    code, out, err = graded(encoding)
    assert (code, out) == (2, "")
    assert f"submissions in {encoding} cannot be read" in err
    assert 'save them as "CSV UTF-8"' in err
