"""Every limit on what a text can ask for, in one place; each is far above what people write."""

from typing import Final

SOURCE_CHARACTERS: Final = 32_000_000
NODES: Final = 4_000_000
NUMBER_DIGITS: Final = 4_000
DECIMAL_EXPONENT: Final = 10_000
EXPONENT: Final = 1_000_000
"""The largest literal exponent; 10,000 must stay legal."""
ENTRIES: Final = 4_000_000
"""Entries of one array, and of all variables together."""
DERIVATIVES: Final = 1_000_000
"""Entries of one derivative: those of the output times those of the variable."""
FOLDED_BITS: Final = 16_384
"""Exact constants are folded up to this size; larger ones stay operations of the graph."""

ROUTES_AT_EVERY_NODE: Final = 200
"""Above this many nodes the routes run at inputs and asked-for nodes only: nudging every node is quadratic."""
NUDGED_ENTRIES: Final = 40_000
"""Derivatives, outputs times inputs, up to which the float64 slope by every entry is taken."""
NUDGED_WORK: Final = 250_000
"""Derivatives times entries of the graph up to which every slope is refereed in balls; above it, directions are."""
ROUTES_IN_BALLS: Final = 20_000
"""Entries of a graph above which fewer directions are tried in balls, and SymPy gets less of the time."""
BALL_JACOBIANS: Final = 20_000
"""Derivatives of an output with several entries up to which balls enclose them all; above it, float64 shows them."""
ROW_WORK: Final = 600_000
"""Training rows times directions times entries (see work_of_a_row) up to which every row is judged: seconds."""
ROW_NUMBERS: Final = 2_000_000
"""Numbers that --reduce none keeps."""
SYMBOLIC_OPERATIONS: Final = 1_500
"""Operations (counted as a tree) of one expression that SymPy is asked to differentiate."""
SYMBOLIC_PRODUCTS: Final = 10_000
"""Products of entries that SymPy is asked to write out for one array."""
SYMBOLIC_ENTRIES: Final = 400
"""Derivatives, outputs times inputs, that SymPy is asked for at one array."""
SYMBOLIC_DEPTH: Final = 80
SECONDS: Final = 10.0
"""Default for --timeout: one expression."""
CLAIM_SECONDS: Final = 5.0
"""Default for --timeout where there are many: one claim."""

TAYLOR_ORDER: Final = 100
"""The largest --order of a Taylor polynomial."""
TAYLOR_WORK: Final = 30_000_000
"""Entries of a graph times the square of the order that one expansion may cost."""

FIRST_PRECISION: Final = 320
LAST_PRECISION: Final = 81_920
"""Bits of the Arb balls, doubled until a verdict is reached."""
AGREEMENT_DIGITS: Final = 30

READING_CHARACTERS: Final = 20_000
"""Of the reading of an expression that a report keeps."""
