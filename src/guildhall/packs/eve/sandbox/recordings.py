"""Recorded data of others, read where its folder exists."""

from pathlib import Path


def recorded(folder: Path | None, name: str) -> bytes | None:
    """Return a file below the folder or below its "fixtures"; None if it does not exist."""
    if folder is None:
        return None
    for path in (folder / name, folder / "fixtures" / name):
        if path.is_file():
            return path.read_bytes()
    return None
