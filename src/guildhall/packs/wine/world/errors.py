"""Errors of the world."""

from guildhall.errors import NotFound, Unprocessable


class WineTypeNotFound(NotFound):
    says = "Wine type not found: there is no type {name}."
    name: str


class GrowthCurveNotFound(NotFound):
    says = "Growth curve not found: there is no curve {name}."
    name: str


class NatureNotFound(NotFound):
    says = "Nature not found: there is no nature {name}."
    name: str


class TooManyEffortValues(Unprocessable):
    says = "Too many effort values: all six together are {total}, and {most} at most."
    total: int
    most: int
