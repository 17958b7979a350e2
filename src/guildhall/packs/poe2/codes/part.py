"""The part of the manifest for Path of Building codes."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(web=Reference("guildhall.packs.poe2.codes.api:WEB"))
