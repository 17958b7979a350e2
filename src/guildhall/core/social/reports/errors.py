"""Errors of reports of profiles."""

from guildhall.errors import Conflict, NotFound


class AlreadyReported(Conflict):
    says = "Reported already: you have reported this profile."


class TooManyReports(Conflict):
    says = "Too many reports: {most} of your reports wait to be handled; report more after that."
    most: int


class ReportNotFound(NotFound):
    says = "Report not found."


class ReportHandled(Conflict):
    says = "Handled already: somebody has handled this report."
