"""The part of the manifest for the boards of players."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(process=Reference("guildhall.packs.dota2.boards.process:PROCESS"))
"""The boards of the known players: by rank, win rate, hero and MMR."""
