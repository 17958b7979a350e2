"""Runs of pytest in folders of their own, as the author of a pack has them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """A run of pytest: its exit status, and all that it said."""

    status: int
    said: str

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of tests by outcome."""
        return {what: int(number) for number, what in re.findall(r"(\d+) (passed|failed|errors?|skipped)", self.said)}


def run_pytest(folder: Path, files: dict[str, str], *arguments: str, **environment: str) -> Run:
    """Write files into a folder, and run pytest there in a process of its own, on the cluster of this run."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments], cwd=folder,
        env={**inherited, **environment}, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    return Run(done.returncode, done.stdout + done.stderr)


def count_tests(text: str) -> int:
    """Count the tests of a file."""
    return len(re.findall(r"^(?:async )?def test_", text, re.MULTILINE))
