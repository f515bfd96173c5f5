"""Brackets, roots and environments of the LaTeX reader: what opens them, parts them and closes them."""

from __future__ import annotations

import re
from typing import Final

from gradcheck.errors import Span, SyntaxProblem, did_you_mean
from gradcheck.syntax import latex_frames as frames
from gradcheck.syntax.latex_building import LatexBuilder
from gradcheck.syntax.latex_frames import Frame
from gradcheck.syntax.latex_words import (
    DELIMITERS,
    ENVIRONMENTS,
    OPENING,
)
from gradcheck.syntax.translation import Chunk

_CONTINUES: Final = re.compile(r"\s*(?:\[[^\]]*\])?\s*&\s*(?:[-+*/]|\\cdot|\\times)")
_ROW_END: Final = re.compile(r"\*?\s*(?:\[\s*-?[0-9.]+\s*[a-z]{2}\s*\])?")


class Brackets(LatexBuilder):
    """The signs and commands that come in pairs."""

    def delimiter(self, name: str, text: str, start: int, end: int) -> None:
        """A bracket that no ``\\left`` or ``\\right`` precedes."""
        frame = self.stack[-1]
        if name in {"|", "‖"}:
            if frame.single:
                self.operator(name, start, end)
            frames.bar(frame, Chunk(name, start, end))
            if frame.after:
                self.operand()
        elif name in OPENING:
            self.open(Frame("bracket", start, OPENING[name], bracket=name))
        else:
            self.close(name, text, start, end)

    def left_or_right(self, word: str, start: int) -> None:
        kind, text, first, end = self.names.token(self.position)
        name = DELIMITERS.get(text[1:], "") if kind == "command" else {"∥": "‖"}.get(text, text)
        self.position = end
        if name not in OPENING and name not in OPENING.values():
            hint = "leave the bracket out" if text == "." else "as in \\left( x \\right)"
            raise SyntaxProblem(f"\\{word} needs a bracket, not '{text}'", span=Span(start, max(end, first)), hint=hint)
        if word == "left":
            if name not in OPENING:
                raise SyntaxProblem(
                    f"\\left{text} opens nothing", span=Span(start, end), hint="as in \\left( x \\right)"
                )
            self.open(Frame("bracket", start, OPENING[name], bracket=name, right=True))
            return
        if len(self.stack) == 1:
            raise SyntaxProblem(f"this '\\right{text}' closes nothing", span=Span(start, end), hint="delete it")
        self.close(name, f"\\right{text}", start, end, right=True)

    def root(self, start: int, end: int) -> None:
        if self.names.token(end)[1] == "[":
            self.position = self.names.token(end)[3]
            self.stack.append(Frame("index", start, "]", opened=self.position - 1))
            return
        self.argument("radicand", "\\sqrt", start, start)

    def environment(self, word: str, start: int, end: int) -> None:
        first, last, after = self.names.group(end, f"\\{word}")
        name = self.source[first:last].strip()
        if word == "end":
            frame = self.stack[-1]
            if frame.kind != "environment" or frame.environment != name.replace("dcases", "cases"):
                if frame.kind == "root":
                    raise SyntaxProblem(f"\\end{{{name}}} closes nothing", span=Span(start, after), hint="delete it")
                raise SyntaxProblem(
                    f"'{self.opening(frame)}' is not closed before \\end{{{name}}}", span=Span(frame.place, after),
                    hint=f"add '{self.shown_closer(frame, whole=True)}'",
                )  # fmt: skip
            self.position = after
            frames.check_bars(frame, f"\\end{{{name}}}", after)
            self.stack.pop()
            self.complete(frame, after)
            return
        if name not in ENVIRONMENTS:
            near = did_you_mean(name, ENVIRONMENTS)
            raise SyntaxProblem(f"there is no environment {name} here", span=Span(start, after), hint=near)
        self.position = after
        if name in {"array", "alignat", "alignat*"} and self.names.token(after)[1] == "{":
            self.position = self.names.group(after, "\\begin")[2]
        self.open(Frame("environment", start, environment=name.replace("dcases", "cases")))

    def align(self, start: int) -> None:
        frame = self.stack[-1]
        if frame.is_alignment:
            return
        if frame.kind != "environment":
            raise SyntaxProblem(
                "'&' separates the cells of a matrix", span=Span(start, start + 1),
                hint="as in \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}",
            )  # fmt: skip
        frames.check_bars(frame, "&", start + 1)
        frame.finish_cell(start)

    def end_row(self, start: int) -> None:
        frame = self.stack[-1]
        if (frame.is_alignment or frame.kind == "root") and _CONTINUES.match(self.source, self.position, self.stop):
            return
        found = _ROW_END.match(self.source, self.position, self.stop)
        if found is not None:
            self.position = found.end()
        if frame.is_alignment or frame.kind == "root":
            self.separate(start, start + 2)
            return
        if frame.kind != "environment":
            raise SyntaxProblem(
                f"'{self.opening(frame)}' is not closed before this '\\\\'", span=Span(frame.place, start + 2),
                hint=f"add '{self.shown_closer(frame, whole=True)}'",
            )  # fmt: skip
        frames.check_bars(frame, "\\\\", start + 2)
        frame.finish_cell(start)
        frame.finish_row()
