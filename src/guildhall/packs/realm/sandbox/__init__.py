"""A stand-in of a game server: it tells a realm of a raid through the game-server API, and its people talk."""

from guildhall.packs.realm.sandbox.app import GAME, make_app
from guildhall.packs.realm.sandbox.game import Game, Player, Stage

__all__ = ["GAME", "Game", "Player", "Stage", "make_app"]
