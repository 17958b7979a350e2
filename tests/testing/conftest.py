"""Packs in folders of their own, and runs of pytest there."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

RunTests = Callable[..., "Run"]


class Run(NamedTuple):
    """A run of pytest: its exit status, and all that it said."""

    status: int
    said: str

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of tests by outcome."""
        return {what: int(number) for number, what in re.findall(r"(\d+) (passed|failed|errors?|skipped)", self.said)}


@pytest.fixture
def run_tests(tmp_path: Path, cluster) -> RunTests:
    """Write files into a folder, and run pytest there, in a process of its own, on the cluster of this run."""

    def run(files: dict[str, str], *arguments: str, **environment: str) -> Run:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments], cwd=tmp_path,
            env={**inherited, **environment}, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
        return Run(done.returncode, done.stdout + done.stderr)

    return run
