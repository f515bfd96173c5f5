"""gradcheck: check derivatives by three independent routes, node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcheck.claims.assertion import assert_derivative
    from gradcheck.errors import GradcheckError
    from gradcheck.evaluation import evaluate
    from gradcheck.results import Evaluation
    from gradcheck.studies.results import StepStudy, TaylorStudy
    from gradcheck.studies.steps import step_study
    from gradcheck.studies.taylor import taylor

__version__ = "0.1.0"
__all__ = [
    "Evaluation",
    "GradcheckError",
    "StepStudy",
    "TaylorStudy",
    "__version__",
    "assert_derivative",
    "evaluate",
    "step_study",
    "taylor",
]

_PUBLIC = {
    "assert_derivative": "claims.assertion",
    "evaluate": "evaluation",
    "GradcheckError": "errors",
    "Evaluation": "results",
    "step_study": "studies.steps",
    "StepStudy": "studies.results",
    "taylor": "studies.taylor",
    "TaylorStudy": "studies.results",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first used: ``gradcheck --help`` needs none of them."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'gradcheck' has no attribute '{name}'")
    import importlib

    return getattr(importlib.import_module(f"gradcheck.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
