"""The ids of the wine pack's rows, each a type of its own. Things of the catalogue are known by their addresses."""

from typing import NewType
from uuid import UUID

CatalogueImportId = NewType("CatalogueImportId", UUID)
