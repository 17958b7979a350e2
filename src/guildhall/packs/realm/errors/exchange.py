"""Why a file cannot be read or written."""

from guildhall.errors import Conflict, GuildhallError


class FileThere(Conflict):
    """A file of that name is there already, and is not to be overwritten."""

    code = "realm.file_there"
    title = "There is such a file"


class UnreadableFile(GuildhallError):
    """The file is not a game server's, or is damaged."""

    status = 422
    code = "realm.unreadable_file"
    title = "The file cannot be read"


class UnwritableFile(GuildhallError):
    """The file cannot be written: no folder, no room, no right."""

    status = 422
    code = "realm.unwritable_file"
    title = "The file cannot be written"


class ImportRunning(Conflict):
    """Another import goes on at this moment."""

    code = "realm.import_running"
    title = "Another import is running"
