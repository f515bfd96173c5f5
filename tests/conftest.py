"""Hypothesis profiles: ``dev`` looks for new examples, ``ci`` repeats the same ones on every run."""

import os

from browser import browser  # noqa: F401 - a fixture of the tests of pages
from forgetting import forgotten  # noqa: F401 - a fixture of every test module
from hypothesis import settings

settings.register_profile("dev", max_examples=60, deadline=None)
settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
