"""A stranger's first minute: a wheel of Guildhall, a clean environment, a new pack, and its tests pass."""

import os
import subprocess
import sys
import time
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


@pytest.mark.slow
def test_the_tests_of_a_new_pack_pass_from_a_wheel_alone(tmp_path: Path):
    run(UV, "build", "--wheel", "--out-dir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    run(UV, "venv", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    run(UV, "pip", "install", "--python", tmp_path / "venv" / "bin" / "python", wheel, cwd=tmp_path)

    began = time.monotonic()
    run(tmp_path / "venv" / "bin" / "guildhall", "new-pack", "chess", "--yes", cwd=tmp_path)
    said = run("make", "test", f"PYTHON={sys.executable}", cwd=tmp_path / "chess")
    print(f"new-pack and make test took {time.monotonic() - began:.1f} s")

    assert "3 passed" in said
    assert wheel.as_uri() in (tmp_path / "chess" / "Makefile").read_text()
