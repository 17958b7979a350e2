"""A storage in a folder."""

from pathlib import Path

import pytest

from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.storage import Storage
from tests.core.storage.make import make_settings


@pytest.fixture
def settings(tmp_path: Path) -> StorageSettings:
    """Settings with a folder, and small batches."""
    return make_settings(objects_folder=tmp_path / "storage", sweep_batch=3)


@pytest.fixture
def folder(settings: StorageSettings) -> Path:
    """The folder of the storage."""
    assert settings.objects_folder is not None
    return settings.objects_folder


@pytest.fixture
def storage(settings: StorageSettings) -> Storage:
    """The storage."""
    return Storage(settings)
