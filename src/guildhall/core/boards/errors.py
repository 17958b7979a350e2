"""Errors of leaderboards."""

from guildhall.errors import BadRequest, Conflict, NotFound


class BoardNotFound(NotFound):
    says = "Board not found: no active pack declares the board '{board}'."
    board: str


class WindowNotFound(NotFound):
    says = "Window not found: the board '{board}' has no such league, season or week."
    board: str


class NotOnBoard(NotFound):
    says = "Not on the board: there is no score of this member here, or it is hidden."


class WindowClosed(Conflict):
    says = "Window closed: '{key}' of the board '{board}' has ended and takes no scores."
    board: str
    key: str


class BadScore(BadRequest):
    says = "Bad score: {why}."
    why: str
