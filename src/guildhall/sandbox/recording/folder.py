"""A folder of recorded answers, a file for each."""

import re
from base64 import b32encode
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType
from yarl import URL

from guildhall.sandbox.errors import Misread

_LONGEST_NAME = 80
_LARGEST = 64 * 1024 * 1024


class Recording(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One recorded answer: the address that was asked, without what must not be stored, and the answer.

    The body is one of `json`, `lines` (JSON, a value a line), `text`, or `omitted`: the number of bytes of one that is
    no text, and was not kept.
    """

    recording: Literal[1]
    url: str
    status: int
    headers: dict[str, str]
    json: Any = UNSET
    lines: list[Any] | UnsetType = UNSET
    text: str | UnsetType = UNSET
    omitted: int = 0

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError(f"status must be 200..599, not {self.status}")
        if not 0 <= self.omitted <= _LARGEST:
            raise ValueError(f"omitted must be 0..{_LARGEST}")
        url = URL(self.url)
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError(f"url must be an absolute address, not {self.url!r}")

    @property
    def body(self) -> bytes:
        """The body as it is sent."""
        if self.json is not UNSET:
            return msgspec.json.encode(self.json)
        if not isinstance(self.lines, UnsetType):
            return b"".join(msgspec.json.encode(line) + b"\n" for line in self.lines)
        if not isinstance(self.text, UnsetType):
            return self.text.encode()
        return bytes(self.omitted)


_decoder = msgspec.json.Decoder(Recording)


def read_recordings(folder: Path) -> list[Recording]:
    """Read all recordings of a folder, in the order of their names. Raises Misread."""
    if not folder.is_dir():
        raise Misread(f"{folder} is no folder of recordings; `guildhall sandbox record URL --into {folder}` writes one")
    found = [_read(path) for path in sorted(folder.glob("*.json"))]
    if not found:
        raise Misread(f"{folder} has no recordings (*.json)")
    return found


def _read(path: Path) -> Recording:
    try:
        return _decoder.decode(path.read_bytes())
    except (msgspec.DecodeError, ValueError, OSError) as error:
        raise Misread(f"{path} is no recording: {error}") from None


def earlier_recordings(folder: Path) -> list[Path]:
    """Return the files of recordings in a folder that need not exist. Raises Misread for a file in its place."""
    try:
        folder.stat()
        if not folder.is_dir():
            raise ValueError("it is a file")
        paths = sorted(folder.glob("*.json"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise Misread(f"{folder} cannot be a folder: {_reason(error)}") from None
    found = []
    for path in paths:
        try:
            _read(path)
        except Misread:
            continue
        found.append(path)
    return found


def write_recordings(folder: Path, recordings: Iterable[Recording], instead_of: Iterable[Path]) -> Mapping[str, int]:
    """Write recordings instead of earlier ones; the bytes of each file by its name. Raises Misread."""
    files = {file_name(one): rendered(one) for one in recordings}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in instead_of:
            path.unlink(missing_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except (OSError, ValueError) as error:
        raise Misread(f"{folder} cannot be written: {_reason(error)}") from None
    return {name: len(content) for name, content in files.items()}


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def rendered(recording: Recording) -> bytes:
    """Return the content of a recording's file."""
    return msgspec.json.format(msgspec.json.encode(recording), indent=1) + b"\n"


def file_name(recording: Recording) -> str:
    """Return the name of a recording's file: the path in letters, and a digest of path and query."""
    url = URL(recording.url)
    words = re.sub(r"[^A-Za-z0-9]+", "_", url.path).strip("_")[:_LONGEST_NAME] or "root"
    digest = b32encode(blake2b(url.raw_path_qs.encode(), digest_size=5).digest()).decode().lower()
    return f"{words}-{digest}.json"
