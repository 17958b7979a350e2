"""The page about tests, followed to the letter: its file runs beside the pack of the ten minutes."""

import re

import pytest

import guildhall.testing
from tests.docs.pages import DOCS, files_of
from tests.running import count_tests, run_pytest

PAGE = DOCS / "packs" / "testing.md"
TESTS = files_of(PAGE)
TETRA = files_of(DOCS / "adding-a-pack.md")
LICHESS = files_of(DOCS / "packs" / "an-hour.md")


def test_the_page_has_its_files():
    assert sorted(TESTS) == ["test_days.py", "test_tetra.py"]


@pytest.mark.parametrize(("name", "pack"), [("test_tetra.py", TETRA), ("test_days.py", LICHESS)])
def test_the_tests_of_the_page_pass(tmp_path, cluster, name, pack):
    files = {path: text for path, text in pack.items() if not path.startswith("test_")}
    run = run_pytest(tmp_path, {**files, name: TESTS[name]})

    assert run.counts == {"passed": count_tests(TESTS[name])}, run.said


def test_every_check_is_on_the_page():
    checks = {name for name in guildhall.testing.__all__ if name.startswith("check_")}

    assert set(re.findall(r"^\| `(check_\w+)` \|", PAGE.read_text(), re.MULTILINE)) == checks
