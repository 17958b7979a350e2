"""The packs of the pages, checked by the tools that their authors have."""

import pytest

from tests.docs.pages import DOCS, files_of
from tests.docs.test_docs_cookbook import FILES as QUILL
from tests.docs.test_docs_reference import FILES as ARENA
from tests.running import run_pytest

TETRA = files_of(DOCS / "adding-a-pack.md")
LICHESS = files_of(DOCS / "packs" / "an-hour.md")


@pytest.mark.slow
@pytest.mark.parametrize("files", [TETRA, LICHESS, ARENA, QUILL], ids=["tetra", "lichess", "arena", "quill"])
def test_the_pack_of_a_page_lacks_nothing(tmp_path, files):
    run = run_pytest(tmp_path, files, "--pyargs", "guildhall.testing.suite")

    assert (run.status, run.counts) == (0, {"passed": 5}), run.said
