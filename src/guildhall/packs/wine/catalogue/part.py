"""The part of the manifest for the catalogue."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(web=Reference("guildhall.packs.wine.catalogue.web:WEB"))
