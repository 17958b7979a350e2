"""The page about tests, followed to the letter: its file runs beside the pack of the ten minutes."""

import re

import guildhall.testing
from tests.docs.pages import DOCS, files_of
from tests.running import count_tests, run_pytest

PAGE = DOCS / "packs" / "testing.md"
TESTS = files_of(PAGE)
TETRA = files_of(DOCS / "adding-a-pack.md")


def test_the_tests_of_the_page_pass(tmp_path, cluster):
    run = run_pytest(tmp_path, {**TETRA, **TESTS})

    assert run.counts == {"passed": count_tests(TESTS["test_tetra.py"])}, run.said


def test_every_check_is_on_the_page():
    checks = {name for name in guildhall.testing.__all__ if name.startswith("check_")}

    assert set(re.findall(r"^\| `(check_\w+)` \|", PAGE.read_text(), re.MULTILINE)) == checks
