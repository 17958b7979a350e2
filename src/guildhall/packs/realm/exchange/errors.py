"""Errors of importing and exporting files."""

from pathlib import Path

from guildhall.errors import Conflict, Unprocessable


class FileThere(Conflict):
    says = "There is such a file: {path} is there already and is not overwritten."
    path: Path


class UnreadableFile(Unprocessable):
    """The file does not come from a game server, or is damaged."""

    says = "The file cannot be read."


class UnwritableFile(Unprocessable):
    says = "The file cannot be written."


class ImportRunning(Conflict):
    says = "Another import is running; wait for it."
