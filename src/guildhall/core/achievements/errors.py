"""Errors of achievements."""

from guildhall.errors import Conflict, NotFound, PermissionDenied


class AchievementNotFound(NotFound):
    says = "Achievement not found: there is none called '{achievement}'."
    achievement: str


class AchievementsHidden(PermissionDenied):
    says = "Hidden: this person does not show their achievements."


class NotAchieved(NotFound):
    says = "Not achieved: this person has not been granted '{achievement}'."
    achievement: str


class AlreadyRevoked(Conflict):
    says = "Revoked already: '{achievement}' was taken from this person before."
    achievement: str


class NotRevoked(Conflict):
    says = "Not revoked: '{achievement}' was not taken from this person."
    achievement: str


class NothingRuns(NotFound):
    says = "Nothing runs: no walk over all people is under way for '{achievement}'."
    achievement: str
