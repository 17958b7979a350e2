"""Packs that are installed for a test alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boot.installed import Installed


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    """A folder for packs on the path of this process, which is empty; it is also the working folder."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    found = Installed(tmp_path)
    yield found
    found.forget()
