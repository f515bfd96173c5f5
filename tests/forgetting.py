"""What was bound while a row of the table was wrong is forgotten, so that no later test meets it."""

from __future__ import annotations

import sys

import pytest


def forget_rules() -> None:
    """Empty every cache of gradcheck's modules: rules, arithmetics, functions."""
    for name, module in list(sys.modules.items()):
        if name == "gradcheck" or name.startswith("gradcheck."):
            for value in list(vars(module).values()):
                if (getattr(value, "__module__", "") or "").startswith("gradcheck") and hasattr(value, "cache_clear"):
                    value.cache_clear()


@pytest.fixture
def forgotten():
    """Rules are read anew before the test and after it."""
    forget_rules()
    yield
    forget_rules()
