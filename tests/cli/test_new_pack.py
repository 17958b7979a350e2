"""`guildhall new-pack`: what it writes runs, and it refuses what would not."""

import ast
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from guildhall.boot.configuration import configure
from guildhall.boot.part_names import examined
from guildhall.cli.installation import source_of_guildhall
from guildhall.cli.template_files import Answers, files_of, require_free_name
from guildhall.errors import Misconfigured
from tests.boot.installed import Installed

PATHS = ["/status", "/api/v2/user/{username}", "/games/{game_id}/moves/{number}"]


def new_pack(folder: Path, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "guildhall.cli", "new-pack", *arguments], cwd=folder, capture_output=True, text=True,
        check=False, input=given, timeout=60,
        env={name: value for name, value in os.environ.items() if not name.startswith("GUILDHALL_")},
    )  # fmt: skip


def answers(path: str = "/status", **changes: str) -> Answers:
    """The answers about a pack."""
    usual = {"name": "lichess", "title": "Lichess", "base": "https://lichess.org", "guildhall": "file:///there"}
    return Answers.checked(path=path, **{**usual, **changes})


@pytest.mark.parametrize("path", PATHS)
def test_the_pack_that_is_written_loads_and_fits_the_others(tmp_path, monkeypatch, path):
    installed = Installed(tmp_path)
    installed.add_files("lichess", files_of(answers(path)), "guildhall_lichess:LICHESS")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    try:
        found = examined(configure())
        (pack,) = (one for one in found.packs if one.name == "lichess")
        routes = [route.path for part in pack.web_parts() for route in part.routes]
        sandboxes = [one.name for one in pack.sandboxes()]
    finally:
        installed.forget()

    assert found.left_out == ()
    assert len(routes) == 1
    assert routes[0].startswith("/api/v1/lichess/")
    assert sandboxes == ["lichess"]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_written_is_tidy_and_complete(path, tmp_path):
    files = files_of(answers(path, title="Chess & Co"))

    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        assert "@name@" not in text
        if name.endswith(".py"):
            ast.parse(text)
    assert tomllib.loads(files["pyproject.toml"])["project"]["name"] == "guildhall-lichess"
    assert "guildhall-server>=" in files["pyproject.toml"]
    assert sorted(files) == [
        ".github/workflows/test.yml", ".gitignore", "Makefile", "README.md", "guildhall_lichess.py",
        "guildhall_lichess_sandbox.py", "pyproject.toml", "tests/test_lichess.py",
    ]  # fmt: skip
    assert "fixture" not in files["tests/test_lichess.py"]
    checked = subprocess.run(
        [Path(sys.executable).parent / "ruff", "format", "--check", "--isolated", "--line-length", "120", "."],
        cwd=tmp_path, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Lichess", "cannot name a pack"), ("1st", "cannot name a pack"), ("a-b", "cannot name a pack"),
        ("a" * 32, "cannot name a pack"), ("../x", "cannot name a pack"), ("", "cannot name a pack"),
        ("class", "a name of Python"), ("core", "a name of Python, Guildhall"), ("server", "a name of Python"),
        ("pg_x", "a name of Python, Guildhall or PostgreSQL"), ("eve", "There is a pack 'eve' here already"),
    ],
)  # fmt: skip
def test_a_name_that_no_pack_can_have_is_refused(name, why):
    with pytest.raises(Misconfigured, match=why):
        require_free_name(name)


def test_the_name_of_a_distribution_that_is_here_is_refused(tmp_path, monkeypatch):
    (tmp_path / "guildhall_taken-1.dist-info").mkdir()
    (tmp_path / "guildhall_taken-1.dist-info" / "METADATA").write_text("Name: Guildhall.Taken\nVersion: 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(Misconfigured, match=r"There is a distribution 'Guildhall\.Taken' here already"):
        require_free_name("taken")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": 'a"b'}, "is no title"), ({"title": ""}, "is no title"), ({"title": "a\nb"}, "is no title"),
        ({"base": "lichess.org"}, "is no base address"), ({"base": "https://a b"}, "is no base address"),
        ({"path": "status"}, "is no path"), ({"path": "/a/{B}"}, "is no path"), ({"path": "/a?b=1"}, "is no path"),
        ({"path": "/"}, "is no path"), ({"path": "/{class}"}, "cannot be the name of a parameter"),
        ({"path": "/{a}/{a}"}, "cannot be the name of a parameter"),
    ],
)  # fmt: skip
def test_answers_that_would_not_make_a_pack_are_refused(changes, why):
    with pytest.raises(Misconfigured, match=why):
        answers(**changes)


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "chess").mkdir()
    (tmp_path / "chess" / "mine.txt").write_text("mine")

    refused = new_pack(tmp_path, "chess", "--yes")

    assert (refused.returncode, refused.stderr) == (
        2, "guildhall: chess exists and is not empty; nothing was written.\n",
    )  # fmt: skip
    assert [path.name for path in (tmp_path / "chess").iterdir()] == ["mine.txt"]


def test_the_command_asks_nobody_who_is_not_there(tmp_path):
    refused = new_pack(tmp_path, "chess")

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "--yes" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_all_answers_can_be_options(tmp_path):
    wheel = tmp_path / "guildhall_server-1-py3-none-any.whl"
    wheel.touch()
    done = new_pack(
        tmp_path, "chess", "--title", "Chess", "--base", "https://chess.org/", "--path", "/api/games/{game}", "--into",
        "there", "--guildhall", str(wheel), "--json",
    )  # fmt: skip

    said = json.loads(done.stdout)
    assert said["folder"] == str(tmp_path / "there")
    assert f"GUILDHALL ?= {wheel.as_uri()}\n" in (tmp_path / "there" / "Makefile").read_text()
    assert '"/api/games/{game}"' in (tmp_path / "there" / "guildhall_chess.py").read_text()
    assert (tmp_path / "there" / "guildhall_chess.py").read_text().count("https://chess.org") == 1


@pytest.mark.parametrize("address", ["git+https://git.example.org/guildhall.git@v1", "https://example.org/x.whl"])
def test_an_address_of_guildhall_is_taken_as_it_is(address):
    assert source_of_guildhall(address) == address


def test_a_path_of_guildhall_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Misconfigured, match="There is no "):
        source_of_guildhall(str(tmp_path / "nowhere.whl"))
