"""The distribution's name: `guildhall-server`, since `guildhall` on PyPI is an unrelated package of somebody else."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = "guildhall-server"
_OTHER = re.compile(
    r"""
      (?:pip3?|pipx|uv|uvx|poetry|pdm|conda|rye)\s[^\n`]*?            # an installer, and what it is told to take:
      (?<![\w./@-])guildhall(?:\[[\w,]*\])?\s*(?:[=<>~!]=?[\d]|[\s"'`;]|$)   # the bare name
    | ["']guildhall\s*(?:\[[\w,]*\])?\s*(?:[=<>~!]=?\s*\d[^"']*|@\s[^"']*)["']  # a requirement with version or address
    | dependencies\s*=\s*\[[^\]]*["']guildhall["']
    | (?:version|distribution|metadata|files|requires|require|get_distribution)\(\s*["']guildhall["']\s*\)
    | pypi\.org/(?:project|simple)/guildhall(?:[/\s"')]|$)
    | ^name\s*=\s*"guildhall"$
    """,
    re.VERBOSE | re.MULTILINE,
)
"""Places where the other package would be installed, required or looked up."""


def texts() -> list[Path]:
    """Every file of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "line",
    [
        "pip install guildhall", "pip install -U 'guildhall'", 'uv add "guildhall"', "uv pip install guildhall==0.1",
        "uvx guildhall serve", 'dependencies = ["guildhall"]', 'dependencies = ["x", "guildhall", "y"]',
        '    "guildhall>=0.1",', "version('guildhall')", "https://pypi.org/project/guildhall/", 'name = "guildhall"',
        "pip install guildhall[redis]",
    ],
)  # fmt: skip
def test_the_other_package_is_recognised(line):
    assert _OTHER.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "pip install -e /path/to/guildhall", "pip install guildhall-server",
        "uv sync && .venv/bin/guildhall demo",
        "pip install 'guildhall-server @ git+https://git.example.org/guildhall.git'",
        "guildhall@localhost", 'dependencies = ["guildhall-server"]',
        'version("guildhall-server")', 'root_package = "guildhall"', "uv run guildhall-server",
    ],
)  # fmt: skip
def test_our_own_is_not_taken_for_the_other_package(line):
    assert not _OTHER.search(line)


def test_no_file_installs_requires_or_looks_up_the_other_package():
    found = []
    for path in texts():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0].strip()}" for match in _OTHER.finditer(text)]

    assert found == []


def test_the_distribution_has_its_own_name_the_command_and_the_package_keep_theirs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]

    assert project["project"]["name"] == NAME
    assert project["project"]["scripts"] == {"guildhall": "guildhall.cli.main:main"}
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "src/guildhall/__init__.py"
    assert [one["name"] for one in locked if one["source"] == {"editable": "."}] == [NAME]
