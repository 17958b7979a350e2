"""Errors of sanctions, the word filter and reports."""

from guildhall.errors import BadRequest, Conflict, NotFound, Unprocessable


class WordNotFound(NotFound):
    says = "Word not found: the filter does not have this word."


class WordKnown(Conflict):
    says = "Filtered already: the filter has this word, perhaps in another spelling."


class WordRefused(Unprocessable):
    says = "The word is refused: there is nothing in it to look for, or too much."


class TooManyWords(Conflict):
    says = "Too many words: a server filters {most} words at most."
    most: int


class ReportNotFound(NotFound):
    says = "Report not found."


class ReportHandled(Conflict):
    says = "Handled already: somebody has handled this report."


class AlreadyReported(Conflict):
    says = "Reported already: you have reported this message."


class TooManyReports(Conflict):
    says = "Too many reports: {most} of your reports wait to be handled; report more after that."
    most: int


class NothingReported(BadRequest):
    says = "What is reported? Give either 'message_id' or 'user_id'."
