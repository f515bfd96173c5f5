"""Tables of answers: what spreadsheets do to them is read or named."""

from __future__ import annotations

import io

import pytest

from gradcheck.errors import UsageProblem
from gradcheck.files.submissions import HEADERS, BadRow, Submission, read_submissions

HEAD = "student,problem,of,claim\n"


def rows(source, **options):
    return list(read_submissions(source, **options))


def claims(text, delimiter=","):
    header = HEAD.replace(",", delimiter)
    return [(one.claim, bool(one.notes), one.doubt) for one in rows(header + text)]


@pytest.mark.parametrize(
    "source",
    [
        "student,problem,of,claim\nAnna,p,df/dx,2*x\n",
        "\ufeffstudent,problem,of,claim\nAnna,p,df/dx,2*x",
        "student;problem;of;claim\r\nAnna;p;df/dx;2*x\r\n",
        "student\tproblem\tof\tclaim\rAnna\tp\tdf/dx\t2*x\r",
        "sep=;\nstudent;problem;of;claim\nAnna;p;df/dx;2*x\n",
        "\n;;;\n" + "Student ; PROBLEM;Of;Claim;;\nAnna;p;df/dx;2*x;;;;\n;;;;\n\n",
        "Name,Aufgabe,Ableitung,Antwort\nAnna,p,df/dx,2*x\n",
        "Schüler;Übung;gesucht;Lösung\nAnna;p;df/dx;2*x\n",
        'claim,of,"problem",student,date\n"2*x" ,df/dx,"p", "Anna",today\n',
        "claim;of;problem;student\n'2*x;df/dx;p;Anna\n",
        'student,problem,of,claim\nAnna,p,df/dx,"=""2*x"""\n',
    ],
)
def test_one_answer_in_many_dresses(source):
    (found,) = rows(source)
    assert (found.student, found.problem, found.of, found.claim, found.doubt) == ("Anna", "p", "df/dx", "2*x", "")


def test_of_may_be_missing_or_empty():
    assert rows("student,problem,claim\nA,p,2x")[0].of == ""
    assert rows(HEAD + "A,p,,2x")[0].of == ""


def test_lines_are_those_of_the_file():
    found = rows(HEAD + '\nA,p,,2x\n\nB,p,,"2\n*x"\nC,p,,x\n')
    assert [(one.student, one.line) for one in found] == [("A", 3), ("B", 5), ("C", 7)]
    assert found[1].claim == "2 *x"
    assert "lines 5 to 6" in found[1].notes[0]


def test_a_line_that_an_encoding_refuses_without_a_byte_is_named():
    (found,) = rows(HEAD.encode() + b"xn--999999999,p,,x\n", encoding="idna")
    assert isinstance(found, BadRow)
    assert found.message.startswith("the line is not IDNA: ")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("student,problem\nA,p", "there is no column claim"),
        ("a,b,c\n1,2,3", "there is no column student or problem or claim"),
        ("student,problem,claim,claim\nA,p,x,y", "column claim is there 2 times: 3 ('claim') and 4 ('claim')"),
        ("student,task,exercise,claim\n", "column problem is there 2 times"),
        (b"\xff\xfes\x00t\x00", "UTF-16"),
        ("sch\xfcler;aufgabe;antwort\n".encode("cp1252"), "not UTF-8: byte 4 is 0xfc (as Windows-1252 it would be"),
    ],
)
def test_what_is_wrong_with_the_whole_file_is_named(source, message):
    with pytest.raises(UsageProblem) as caught:
        rows(source, origin="class.csv")
    assert message in caught.value.message
    assert caught.value.origin == "class.csv"


def test_the_recommended_header_wins_over_its_variants():
    assert rows("name,student,problem,claim\nx,Anna,p,2")[0].student == "Anna"
    assert all(variants[0] == role for role, variants in HEADERS.items())


def test_a_line_in_another_encoding_is_named_and_the_rest_is_read():
    found = rows(HEAD.encode() + "Müller,p,,x\n".encode("cp1252") + "Müller,p,,x\n".encode())
    assert isinstance(found[0], BadRow)
    assert found[0].line == 2
    assert "'Müller'" in found[0].message
    assert found[1].student == "Müller"
    assert rows(HEAD.encode() + "Müller,p,,x\n".encode("cp1252"), encoding="cp1252")[0].student == "Müller"


@pytest.mark.parametrize(
    ("delimiter", "cell", "claim", "has_note", "doubt"),
    [
        (";", "5,98", "5.98", True, ""),
        (";", "df/dx = -5,98", "df/dx = -5.98", True, ""),
        (";", "−0,5e-3", "−0.5e-3", True, ""),
        (";", "1,234", "1.234", True, ""),
        (";", "1.234,5", "1.234,5", False, "grouped thousands"),
        (";", "1,234,567", "1,234,567", False, "grouped thousands"),
        (";", "2,5*x", "2,5*x", False, ""),  # the language says what is wrong with it
        (";", "max(2,5)", "max(2,5)", False, ""),
        (",", '"5,98"', "5.98", True, ""),
        (",", '"0,125"', "0.125", True, ""),
        (",", '"1,234"', "1,234", False, "is 1,234 1.234 or 1234?"),
        (",", "5,98", "5,98", False, "more cells than the header"),
        (",", "'=2*x", "=2*x", False, ""),
        (",", "#NAME?", "#NAME?", False, "took the answer for a formula"),
        (",", "=#WERT!", "=#WERT!", False, "took the answer for a formula"),
        (",", "01.02.2024", "01.02.2024", False, "date"),
        (",", "1. Feb", "1. Feb", False, "date"),
        (",", "2-Mai", "2-Mai", False, "date"),
        (",", "2-abs(x)", "2-abs(x)", False, ""),
        (",", "2 sin", "2 sin", False, ""),
        (",", "1.5", "1.5", False, ""),
    ],
)
def test_cells(delimiter, cell, claim, has_note, doubt):
    ((found, noted, said),) = claims(f"A{delimiter}p{delimiter}{delimiter}{cell}", delimiter)
    assert (found, noted) == (claim, has_note)
    assert (doubt in said) if doubt else not said


@pytest.mark.parametrize("bad", ['Bob,p,,"2*x', 'Bob,p,,"2*x" and more', 'Bob,p,,"2*x\n\n'])
def test_an_open_quote_does_not_swallow_the_class(bad):
    found = rows(HEAD + bad + "\n" + 'Carl,p,,"3*x"\n' + "".join(f"S{i},p,,x\n" for i in range(100)))
    assert [one.student for one in found][:3] == ["Bob", "Carl", "S0"]
    assert len(found) == 102
    assert found[0].doubt == "a quote in this row is not closed"
    assert not any(one.doubt for one in found[1:])


def test_rows_of_nobody_are_reported_and_stop_nothing():
    found = rows(HEAD + ",p,,x\nA,,,x\nB\nC,p,,x\n")
    assert [one.message for one in found[:3]] == [
        "the cell student is empty", "the cell problem is empty", "the cell problem is empty"
    ]  # fmt: skip
    assert found[3] == Submission(5, "C", "p", "", "x")


def test_a_huge_line_is_named_and_the_rest_is_read():
    found = rows(HEAD + "A,p,," + "x" * 3_000_000 + "\nB,p,,x\n")
    assert isinstance(found[0], BadRow)
    assert "longer than" in found[0].message
    assert found[1].student == "B"


def test_a_line_without_end_is_a_bad_row():
    class Endless(io.RawIOBase):
        head = (HEAD + "A,p,,x\n").encode()

        def read(self, size=-1):
            head, self.head = self.head, b""
            return head or b"x" * (1 << 20)

    first, last = rows(Endless())
    assert first.student == "A"
    assert last == BadRow(3, "the line is longer than 32,000,000 bytes, and nothing below it is read")


def test_it_is_streamed():
    class Endless(io.RawIOBase):
        head = HEAD.encode()

        def read(self, size=-1):
            head, self.head = self.head, b""
            return head or b"A,p,,x\n" * 1000

    stream = read_submissions(Endless())
    assert [next(stream).line for _ in range(5000)][-1] == 5001


def test_line_ends_on_the_edge_of_a_chunk():
    line = b"A,p,,x\r\n"
    size = (1 << 16) - len(HEAD) - 1
    filler = b"B,p,," + b"y" * ((size - 5) % len(line)) + b"\r\n"
    data = HEAD.encode() + filler + line * 20_000
    assert [one.line for one in rows(data)] == list(range(2, 20_003))
