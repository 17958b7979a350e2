"""Why the archive cannot be made, read or put back."""

from guildhall.errors import Conflict, GuildhallError, NotFound


class ArchiveBusy(Conflict):
    """Somebody else works on the archive at this moment."""

    code = "realm.archive_busy"
    title = "The archive is being worked on"

    def __init__(self) -> None:
        super().__init__("Another process works on the archive; try again when it is done.")


class ArchiveDamaged(GuildhallError):
    """A file of the archive is not what it was when it was made."""

    status = 500
    code = "realm.archive_damaged"
    title = "A file of the archive is damaged"


class NotArchived(NotFound):
    """The month is not in the archive."""

    code = "realm.not_archived"
    title = "Month not archived"
