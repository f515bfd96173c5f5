"""What the LaTeX reader builds: frames that are open on a stack, and what each becomes when it is complete."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradcheck.errors import Note, Span, SyntaxProblem
from gradcheck.syntax import latex_frames as frames
from gradcheck.syntax.latex_frames import Frame
from gradcheck.syntax.latex_names import Names
from gradcheck.syntax.latex_words import (
    CLOSING_SHOWN,
    ENTRYWISE,
    FRACTIONS,
    GREEK,
)
from gradcheck.syntax.translation import Chunk, bundled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from gradcheck.shapes import Shape


@dataclass(slots=True)
class LatexBuilder:
    """The frames that are open; what is complete goes into the one below, as plain notation."""

    source: str
    position: int
    stop: int
    bound: AbstractSet[str]
    shapes: Mapping[str, Shape]
    derivatives: bool
    names: Names = field(init=False)
    stack: list[Frame] = field(init=False)
    variables: set[str] = field(default_factory=set)
    notes: dict[str, Note] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = Names(self.source, self.stop, self.bound, self.shapes)
        self.stack = [Frame("root", self.position)]

    def separate(self, start: int, end: int) -> None:
        frame = self.stack[-1]
        frame.add(Chunk(";", start, end), after=False)
        frame.statement = len(frame.chunks)

    def operand(self, *chunks: Chunk, name: str = "") -> None:
        """An operand is complete; so is an argument that is one token."""
        frame = self.stack[-1]
        first = chunks[0].text if chunks else ""
        if first == "(" and frame.name and (frame.name not in self.variables):
            self.variables.add(frame.name)
        frame.chunks.extend(chunks)
        frame.after, frame.function, frame.power, frame.name = True, "", False, name
        self.finish_singles()

    def finish_singles(self) -> None:
        while self.stack[-1].single and self.stack[-1].after:
            self.complete(self.stack.pop(), self.position)

    def operator(self, text: str, start: int, end: int) -> None:
        if self.stack[-1].single:
            raise SyntaxProblem(
                f"what {self.stack[-1].owner} takes needs braces here", span=Span(start, end),
                hint=f"as in {self.stack[-1].owner}{{-1}}",
            )  # fmt: skip
        self.stack[-1].add(Chunk(text, start, end), after=False)

    def note(self, message: str, start: int, end: int) -> None:
        self.notes.setdefault(message, Note(message, Span(start, end)))

    def no_prime(self, position: int) -> SyntaxProblem:
        position = max(position, self.position - 1) if position < 0 else position
        return SyntaxProblem(
            "a prime cannot stand here", span=Span(position, position + 1),
            hint="a derivative inside a claim is written \\frac{df}{dx}",
        )  # fmt: skip

    def spelt(self, name: str, span: Span) -> str:
        """A function by a spelling that no variable has taken."""
        found = frames.spelling(name, self.names.bound)
        if found is None:
            raise SyntaxProblem(f"{name} is a variable here, and no function", span=span, hint="rename the variable")
        return found

    def open(self, frame: Frame) -> None:
        below = self.stack[-1]
        if below.single and frame.kind != "group":
            raise SyntaxProblem(
                f"what {below.owner} takes needs braces here", span=Span(frame.start, frame.start + 1),
                hint=f"as in {below.owner}{{…}}",
            )  # fmt: skip
        if below.single:
            below.single, below.closer, below.opened = False, "}", frame.start
            return
        self.stack.append(frame)

    def argument(self, kind: str, owner: str, start: int, first: int, *, data: tuple[Chunk, ...] = ()) -> None:
        """Wait for an argument: in braces, or the next token."""
        _, following, _, end = self.names.token(self.position)
        if following in {"", "}", "&", ")", "]", "^", "_", "\\right", "\\end", "\\\\", "$"}:
            place = Span(first, max(self.position, first + 1))
            what = "two arguments" if owner[1:] in FRACTIONS else "an argument"
            example = f"{owner}{{a}}{{b}}" if owner[1:] in FRACTIONS else "x^{2}" if owner == "^" else f"{owner}{{x}}"
            raise SyntaxProblem(f"{owner} needs {what} in braces", span=place, hint=f"as in {example}")
        frame = Frame(kind, start, owner=owner, single=True, data=data)
        if following == "{":
            frame.single, frame.closer, frame.opened = False, "}", end - 1
            self.position = end
        self.stack.append(frame)

    def close(self, closer: str, text: str, start: int, end: int, *, right: bool = False) -> None:
        frame = self.stack[-1]
        if closer == "}" and text == "}" and frame.bracket:
            closer = "brace"  # a brace never closes \{
        if frame.single or frame.closer != closer or frame.right != right or (text == "\\}" and not frame.bracket):
            if len(self.stack) == 1:
                raise SyntaxProblem(f"this '{text}' closes nothing", span=Span(start, end), hint="delete it")
            if frame.single:
                raise SyntaxProblem(f"{frame.owner} needs an argument", span=Span(frame.start, end))
            opening = self.opening(frame)
            if frame.right != right:
                said = f"'{opening}' is closed by \\right{self.shown_closer(frame)}"
            else:
                said = f"'{opening}' is not closed before this '{text}'"
            raise SyntaxProblem(said, span=Span(frame.place, end), hint=f"add '{self.shown_closer(frame, whole=True)}'")
        frames.check_bars(frame, text, end)
        self.stack.pop()
        self.complete(frame, end)

    def opening(self, frame: Frame) -> str:
        if frame.kind == "environment":
            return f"\\begin{{{frame.environment}}}"
        found = self.names.token(frame.place)
        return f"\\left{self.names.token(found[3])[1]}" if found[1] == "\\left" else found[1]

    @staticmethod
    def shown_closer(frame: Frame, *, whole: bool = False) -> str:
        if frame.kind == "environment":
            return f"\\end{{{frame.environment}}}"
        shown = CLOSING_SHOWN.get(frame.closer, frame.closer) if frame.bracket else frame.closer
        return f"\\right{shown}" if frame.right and whole else shown

    def fail_unclosed(self, frame: Frame) -> None:
        if frame.single:
            raise SyntaxProblem(f"{frame.owner} needs an argument", span=Span(frame.start, frame.start + 1))
        opening = self.opening(frame)
        raise SyntaxProblem(
            f"this '{opening}' is never closed", span=Span(frame.place, frame.place + len(opening)),
            hint=f"add '{self.shown_closer(frame, whole=True)}'",
        )  # fmt: skip

    def complete(self, frame: Frame, end: int) -> None:
        """Put what a frame holds into the one below it."""
        below = self.stack[-1]
        frame.chunks = bundled(frame.chunks)
        match frame.kind:
            case "numerator":
                data = tuple(frames.grouped(frame, frame.start, end, required=True))
                self.argument("denominator", frame.owner, end, frame.start, data=data)
            case "denominator":
                bottom = frames.grouped(frame, frame.place, end, required=True)
                slash = Chunk("/", frame.data[-1].end, frame.place)
                if below.function:
                    self.note_taken(below, frame.data[0].start, end)
                self.operand(
                    Chunk("(", frame.data[0].start, frame.data[0].start + 1), *frame.data, slash, *bottom,
                    Chunk(")", end - 1, end),
                )  # fmt: skip
            case "exponent":
                self.complete_exponent(frame, end)
            case "index":
                data = tuple(frame.chunks)
                self.argument("radicand", "\\sqrt", frame.start, frame.start, data=data)
            case "radicand":
                frames.check_filled(frame, end, "\\sqrt")
                self.operand(*frames.rooted(frame, end, lambda name: self.spelt(name, Span(frame.start, end))))
            case "group":
                self.complete_group(frame, end)
            case "bracket":
                self.complete_bracket(frame, end)
            case _:
                self.complete_environment(frame, end)

    def note_taken(self, below: Frame, start: int, end: int) -> None:
        """Tell of ``\\sin\\frac{1}{2}x``."""
        kind, following, _, _ = self.names.token(end)
        if kind in {"letters", "number"} or following[1:] in GREEK:
            head = f"{below.function}{self.source[start:end]}"
            self.note(
                f"{head} {following}… is read as ({head})·{following}…; write {below.function}(…) to take more",
                start, end,
            )  # fmt: skip

    def complete_exponent(self, frame: Frame, end: int) -> None:
        below = self.stack[-1]
        text = "".join(chunk.text for chunk in frame.chunks)
        frames.check_filled(frame, end, "^")
        if below.function and text.replace(" ", "") == "-1":
            raise frames.two_readings(below.function, Span(below.chunks[-1].start, end))
        entrywise = frame.chunks[0].text == ENTRYWISE
        if entrywise:
            del frame.chunks[0]
            frames.check_filled(frame, end, "^")
        group = frame.chunks if text == "T" else frames.grouped(frame, frame.start + 1, end)
        function = below.function
        below.chunks += [Chunk("**" if entrywise else "^", frame.start, frame.start + 1), *group]
        if function:
            below.after, below.name = False, ""
            return
        self.operand()
        self.stack[-1].power = True

    def complete_group(self, frame: Frame, end: int) -> None:
        below = self.stack[-1]
        if not frame.chunks:
            return
        if not frame.after:
            if frame.chunks[0].text == ",":
                raise SyntaxProblem(
                    "a decimal comma is not part of the language", span=Span(frame.start, end), hint="write 0.5"
                )
            below.chunks += frame.chunks  # {+}: an operator, spaced as one
            below.after, below.function, below.name = False, "", ""
            return
        bare = len(frame.chunks) == 1 and bool(frame.chunks[0].text) and not below.function
        name = frame.name if bare else ""
        self.operand(*(frame.chunks if bare else frames.grouped(frame, frame.start, end)), name=name)

    def complete_bracket(self, frame: Frame, end: int) -> None:
        below = self.stack[-1]
        empty = Span(frame.start, end)
        if not frame.chunks:
            raise SyntaxProblem("there is nothing between the brackets", span=empty)
        called = bool(below.function)
        script = ""
        if frame.bracket == "lVert" or (frame.bracket == "‖" and frame.right):
            found = self.names.script(end)
            if found is not None:
                script, self.position = found
                end = self.position
        chunks = frames.bracketed(
            frame, end, self.source, called=called, after=below.after, suffix=below.suffix if called else "",
            order=script, spelt=lambda name: self.spelt(name, empty),
        )  # fmt: skip
        below.name = ""  # to a name that these brackets call, the plain reader objects
        self.operand(*chunks)

    def complete_environment(self, frame: Frame, end: int) -> None:
        below = self.stack[-1]
        if frame.is_alignment:
            below.chunks += frame.chunks
            below.after = frame.after
            below.statement = len(below.chunks) if below.kind == "root" else below.statement
            return
        frame.finish_cell(end)
        frame.finish_row()
        place = Span(frame.start, end)
        if frame.environment == "cases":
            chunks, message = frames.cases(frame, place, self.spelt("where", place))
            if message:
                self.note(message, *place)
        else:
            chunks = frames.matrix(frame, place, self.spelt("det", place) if frame.environment == "vmatrix" else "")
        if below.after or below.function:
            chunks = [Chunk("(", frame.start, end), *chunks, Chunk(")", frame.start, end)]
        self.operand(*chunks)
