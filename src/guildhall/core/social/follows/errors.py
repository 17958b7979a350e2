"""Errors of follows."""

from guildhall.errors import Conflict, PermissionDenied, TooManyRequests


class TooManyFollows(Conflict):
    says = "Too many follows: you may follow {most} people."
    most: int


class FollowsTooFast(TooManyRequests):
    code = "social.follow_rate_limited"
    says = "Too fast: you may begin to follow {most} people in an hour."
    most: int


class FollowsHidden(PermissionDenied):
    says = "Hidden: this person does not show whom they follow and who follows them."
