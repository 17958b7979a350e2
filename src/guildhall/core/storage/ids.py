"""Ids of storage."""

from typing import NewType
from uuid import UUID

FileId = NewType("FileId", UUID)
"""The id of a file, `core.storage_files`: somebody's content for a purpose. Younger ones are larger."""
