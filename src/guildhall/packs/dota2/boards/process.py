"""The boards of players, for web processes and workers."""

from guildhall.pack import ProcessPart
from guildhall.packs.dota2.boards.declared import HERO, MMR, RANK, WIN_RATE

PROCESS = ProcessPart(boards=(RANK, WIN_RATE, HERO, MMR))
