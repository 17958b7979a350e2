"""The declarations of the boards of players. Members are account ids."""

from guildhall.core.boards.declaration import Board

RANK = Board("dota2.rank", title="Medal and place among the Immortals", tie_break="declared")
WIN_RATE = Board("dota2.win_rate", title="Win rate, the lower end of the Wilson interval", tie_break="declared")
HERO = Board("dota2.hero", title="Win rate with a hero", tie_break="declared", subjects=True)
MMR = Board("dota2.mmr", title="Estimated MMR", tie_break="declared")
