"""The part of the manifest for the world."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(web=Reference("guildhall.packs.wine.world.api:WEB"))
