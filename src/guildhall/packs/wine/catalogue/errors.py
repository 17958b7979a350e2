"""Errors of the catalogue."""

from guildhall.errors import Conflict, NotFound, TooLarge, Unprocessable


class SpeciesNotFound(NotFound):
    says = "Species not found: there is no species {slug}."
    slug: str


class CatalogueWineNotFound(NotFound):
    says = "Wine not found: the catalogue has no wine {slug}."
    slug: str


class ProducerNotFound(NotFound):
    says = "Producer not found: the catalogue has no producer {slug}."
    slug: str


class RegionNotFound(NotFound):
    says = "Region not found: the catalogue has no region {slug}."
    slug: str


class GrapeNotFound(NotFound):
    says = "Grape not found: the catalogue has no grape {name}."
    name: str


class UnknownCatalogueFile(Unprocessable):
    says = "Unknown file: {file} has the columns of none that the catalogue takes in."
    file: str


class BadCatalogueFile(Unprocessable):
    says = "Unreadable file: {file} breaks off at row {row}, {why}. What stands before it is taken in."
    file: str
    row: int
    why: str


class CatalogueFileTooLarge(TooLarge):
    says = "File too large: {file} has more than {limit} MB."
    file: str
    limit: int


class ImportMovedOn(Conflict):
    says = "Import moved on: another process imports {file} at the same time."
    file: str
