"""Errors of the archive."""

from datetime import date

from guildhall.errors import Conflict, GuildhallError, NotFound


class ArchiveBusy(Conflict):
    says = "The archive is being worked on: another process does that; try again when it is done."


class ArchiveDamaged(GuildhallError):
    says = "A file of the archive is damaged."


class NotArchived(NotFound):
    says = "Month not archived: {month:%Y-%m} is not in the archive."
    month: date
