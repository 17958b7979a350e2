"""Packs in folders of their own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.running import Run, run_pytest


@pytest.fixture
def run_tests(tmp_path: Path, cluster) -> Callable[..., Run]:
    """Write files into the test's folder and run pytest there."""
    return partial(run_pytest, tmp_path)
