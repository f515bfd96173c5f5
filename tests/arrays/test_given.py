"""Shapes from points and declarations; a job of scalars imports nothing for them."""

import subprocess
import sys

from gradcheck.arrays.given import variable_shapes
from gradcheck.declarations import read_declarations
from gradcheck.point import read_point


def test_shapes():
    assert variable_shapes({}, read_declarations("A: mx2; x: 2")) == ({"A": (3, 2), "x": (2,)}, {"m": 3})
    assert variable_shapes(read_point("x=[1, 2]"), {}) == ({"x": (2,)}, {})
    assert variable_shapes(read_point("x=1"), read_declarations("y > 0")) == ({}, {})


def test_scalars_import_nothing():
    code = (
        "import sys; from gradcheck.arrays.given import variable_shapes; variable_shapes({}, {}); "
        "print('gradcheck.arrays.point' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
