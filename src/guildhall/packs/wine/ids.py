"""The ids of the wine pack's rows, each a type of its own."""

from typing import NewType
from uuid import UUID

SpeciesId = NewType("SpeciesId", UUID)
CatalogueWineId = NewType("CatalogueWineId", UUID)
ProducerId = NewType("ProducerId", UUID)
RegionId = NewType("RegionId", UUID)
GrapeId = NewType("GrapeId", UUID)
CatalogueImportId = NewType("CatalogueImportId", UUID)
