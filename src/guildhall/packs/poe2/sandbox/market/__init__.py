"""A stand-in of poe2scout, with a market that lives."""

from guildhall.packs.poe2.sandbox.market.app import make_scout
from guildhall.packs.poe2.sandbox.market.leagues import leagues_at

__all__ = ["leagues_at", "make_scout"]
