"""pytest: files named ``*.gradcheck.toml`` are collected, and each claim in them is a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SUFFIX = ".gradcheck.toml"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a problem set."""
    return ProblemSetFile.from_parent(parent, path=file_path) if file_path.name.endswith(_SUFFIX) else None


class ProblemSetFile(pytest.File):
    """A problem set: every claim in it is a test."""

    def collect(self) -> Iterator[pytest.Item]:
        from gradcheck.files import read_items

        for number, item in enumerate(read_items(str(self.path)), 1):
            name = getattr(item, "id", "") or f"claim {number}"
            yield ClaimItem.from_parent(self, name=name, item=item)


class WrongClaimError(AssertionError):
    """A claim that is wrong or cannot be read."""


class ClaimItem(pytest.Item):
    """One claim."""

    def __init__(self, *, item: Any, **options: Any) -> None:
        super().__init__(**options)
        self.item = item

    def runtest(self) -> None:
        from gradcheck.batch import run
        from gradcheck.claims.assertion import told
        from gradcheck.verdicts import ClaimResult

        for outcome in run([self.item]):
            if not isinstance(outcome, ClaimResult):
                raise WrongClaimError(f"{outcome.message}\nhint: {outcome.hint}" if outcome.hint else outcome.message)
            if outcome.verdict == "undecided":
                pytest.skip(f"undecided: {outcome.reason}")
            if outcome.verdict == "wrong":
                raise WrongClaimError(told(outcome))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report's own text instead of a traceback."""
        if isinstance(excinfo.value, WrongClaimError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        line = getattr(self.item, "line", 0)
        return self.path, max(0, line - 1), f"{self.path.name}: {self.name}"
