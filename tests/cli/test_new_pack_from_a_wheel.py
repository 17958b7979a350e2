"""A stranger's first minute: a wheel of Guildhall, a clean environment, a new pack, and its tests pass."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command to its end; its output. One that the package index did not answer is run from uv's cache."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GUILDHALL_", "COV_", "PYTEST_", "VIRTUAL_ENV", "UV_"))
    }
    kept["PATH"] = f"{UV.parent}{os.pathsep}{kept['PATH']}"
    for offline in ({}, {"UV_OFFLINE": "1"}):
        done = subprocess.run(
            [*map(str, command)], cwd=cwd, env={**kept, **offline, **environment}, capture_output=True, text=True,
            check=False, timeout=600,
        )  # fmt: skip
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter: run as root, the embedded server is another user's."""
    with tempfile.TemporaryDirectory(prefix="gh-new-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.mark.slow
def test_the_tests_of_a_new_pack_pass_from_a_wheel_alone(open_folder: Path):
    run(UV, "build", "--wheel", "--out-dir", open_folder, ROOT, cwd=open_folder)
    (wheel,) = open_folder.glob("*.whl")
    run(UV, "venv", "--python", sys.executable, open_folder / "venv", cwd=open_folder)
    run(UV, "pip", "install", "--python", open_folder / "venv" / "bin" / "python", wheel, cwd=open_folder)

    began = time.monotonic()
    run(open_folder / "venv" / "bin" / "guildhall", "new-pack", "chess", "--yes", cwd=open_folder)
    said = run("make", "test", f"PYTHON={sys.executable}", cwd=open_folder / "chess")
    print(f"new-pack and make test took {time.monotonic() - began:.1f} s")

    assert "3 passed" in said
    assert wheel.as_uri() in (open_folder / "chess" / "Makefile").read_text()
