"""The achievements that every process holds."""

from guildhall.pack import ProcessPart
from guildhall.packs.poe2.achievements.declared import ACHIEVEMENTS

PROCESS = ProcessPart(achievements=ACHIEVEMENTS)
