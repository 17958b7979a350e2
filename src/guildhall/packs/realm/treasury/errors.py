"""Errors of treasuries."""

from guildhall.errors import Conflict, Unprocessable
from guildhall.packs.realm.access.errors.permissions import Forbidden


class TreasuryTooLow(Conflict):
    says = "Not enough in the treasury: there are {balance} copper in it."
    balance: int


class TreasuryFull(Conflict):
    says = "The treasury is full: no treasury holds that much."


class TreasuryNotEmpty(Conflict):
    says = "The treasury is not empty: withdraw the {balance} copper in it first."
    balance: int


class DailyLimitReached(Forbidden):
    says = "Daily limit reached: your rank may take {limit} copper within 24 hours; {left} of it are left."
    limit: int
    left: int


class NothingMoves(Unprocessable):
    says = "Nothing moves: the amount is 0."
