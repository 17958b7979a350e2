"""The changelog: dated releases in the form of Keep a Changelog, the newest of which is the version of the code."""

import re
from datetime import date
from pathlib import Path

from guildhall import __version__

ROOT = Path(__file__).parents[2]
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def sections() -> list[tuple[str, str]]:
    """Heading and text of every release, the newest first."""
    parts = re.split(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def releases() -> list[tuple[tuple[int, ...], date]]:
    """Version and date of every release, as the headings have them."""
    found = []
    for heading, _ in sections()[1:]:
        match = re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})", heading)
        assert match, f"{heading} is no version with a date"
        found.append((tuple(map(int, match[1].split("."))), date.fromisoformat(match[2])))
    return found


def test_releases_are_dated_and_the_newest_is_first():
    found = releases()

    assert sections()[0][0] == "[Unreleased]"
    assert found == sorted(found, reverse=True)
    assert [day for _, day in found] == sorted((day for _, day in found), reverse=True)


def test_the_newest_release_is_the_version_of_the_code():
    assert ".".join(map(str, releases()[0][0])) == __version__


def test_a_release_has_each_kind_of_change_once_and_in_order():
    for heading, text in sections():
        kinds = re.findall(r"^### (.+)$", text, re.MULTILINE)

        assert set(kinds) <= set(KINDS), heading
        assert kinds == sorted(set(kinds), key=KINDS.index), heading


def test_the_newest_minor_version_is_the_one_that_is_mended():
    minor = ".".join(__version__.split(".")[:2])

    assert f"| {minor}.x | yes |" in (ROOT / "SECURITY.md").read_text()
    assert f"Version {minor}, " in (ROOT / "README.md").read_text()
