"""All rows of the tables together: by name, by the spelling that a text uses, by section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.primitives import Primitive, index_by_name, index_by_spelling, matrix, scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTIONS: Final[Mapping[str, tuple[Primitive, ...]]] = {**scalar.SECTIONS, **matrix.SECTIONS}
"""The rows in the order in which ``gradcheck rules`` lists them."""

PRIMITIVES: Final = index_by_name([*(row for rows in SECTIONS.values() for row in rows), *matrix.INTERNAL])
SPELLINGS: Final = index_by_spelling(PRIMITIVES.values())
RULE_SPELLINGS: Final = index_by_spelling(PRIMITIVES.values(), internal=True)
"""What the tables' own texts can call."""
CONSTANTS: Final = scalar.CONSTANTS
