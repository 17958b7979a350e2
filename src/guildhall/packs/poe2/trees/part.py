"""The part of the manifest for passive trees."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(web=Reference("guildhall.packs.poe2.trees.api:WEB"))
