"""`guildhall pack check`: findings with what to do, an exit status, JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from guildhall.cli.pack import Finding, _lines
from guildhall.cli.template_files import Answers, files_of
from tests.boot.installed import Installed


def check(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder whose packs are on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUILDHALL_", "COV_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, "-m", "guildhall.cli", "pack", "check", *arguments], cwd=folder, capture_output=True,
        text=True, check=False, timeout=300, env={**kept, "PYTHONPATH": str(folder)},
    )  # fmt: skip


def installed_chess(folder: Path, **changes: tuple[str, str]) -> None:
    """Install the pack that `guildhall new-pack chess` writes, with changes of its files."""
    files = files_of(Answers.checked("chess", "Chess", "https://chess.example", "/status", "file:///there"))
    for file, (before, after) in changes.items():
        name = f"{file}.py" if file.startswith("guildhall") else f"{file}.md"
        assert before in files[name]
        files[name] = files[name].replace(before, after)
    Installed(folder).add_files("chess", files, "guildhall_chess:CHESS")


@pytest.mark.slow
def test_findings_say_what_to_do_and_end_with_status_1(tmp_path: Path):
    exports = 'exports=(kit.Export("chess.games", "select 1 as one"),)'
    apis = "    apis=(ChessApi,),"
    installed_chess(tmp_path, guildhall_chess=(apis, f"{apis}\n    {exports},"))

    found = check(tmp_path, "--json")

    assert found.returncode == 1, found.stderr
    findings = [Finding(**one) for one in json.loads(found.stdout)["findings"]]
    assert "README.md does not name the table chess.games" in [one.what for one in findings]
    assert all(one.do and one.pack == "chess" for one in findings)


def test_a_pack_that_does_not_load_has_one_finding(tmp_path: Path):
    installed_chess(tmp_path, guildhall_chess=("from guildhall import kit", "from guildhall import kit\n\n1 / 0"))

    found = check(tmp_path)

    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        "chess: does not load: ZeroDivisionError: division by zero (guildhall_chess.py:7)",
        "    do: mend it at this place (load)",
        "1 finding(s).",
    ]


def test_a_pack_that_is_not_here_is_refused(tmp_path: Path):
    refused = check(tmp_path, "nowhere")

    assert (refused.returncode, refused.stderr) == (
        2, "guildhall: There is no pack 'nowhere'; there are dota2, eve, realm, poe2, wine.\n",
    )  # fmt: skip


def test_a_folder_without_a_pack_is_refused(tmp_path: Path):
    refused = check(tmp_path)

    assert (refused.returncode, refused.stderr) == (
        2, "guildhall: pyproject.toml of this folder names no pack: name one.\n",
    )  # fmt: skip


def test_the_findings_of_a_check_are_its_lines():
    assert _lines("guildhall.PackIsWrong: API of the pack x: 2 finding(s)\n- one\n- two") == ["one", "two"]
    assert _lines("KeyError: 'x'\nmore") == ["KeyError: 'x'"]
