"""Errors of wars and territories."""

from guildhall.errors import Conflict, NotFound


class WarNotFound(NotFound):
    says = "War not found."


class TerritoryNotFound(NotFound):
    says = "Territory not found."


class TerritoryNameTaken(Conflict):
    says = "Name taken: another territory of the server has this name."


class WarOnSelf(Conflict):
    says = "No war on oneself: a guild cannot declare war on itself."


class WarRunning(Conflict):
    says = "At war already: the two guilds are fighting each other now."


class WarNotActive(Conflict):
    says = "The war is not being fought: it has not begun yet."


class WarEnded(Conflict):
    says = "The war has ended."


class NotWinning(Conflict):
    says = "Not enough points: this takes {points} points and more than the other side's {others}."
    points: int
    others: int


class TerritoryNotHeld(Conflict):
    says = "Not the other's territory: the other guild does not hold it."
