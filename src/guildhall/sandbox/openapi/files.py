"""Files of a description, read as one: references between them become references within the first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

from guildhall.sandbox.errors import Misread

_LARGEST = 32 * 1024 * 1024
_MOST_FILES = 2_000
FILES = "x-files"
"""The key of the first file under which the others stand, by their paths."""


def read_files(path: Path) -> Any:
    """Read a file with all files that it refers to, which stand beside it or in folders around. Raises Misread."""
    root = _read(path)
    others: dict[str, Any] = {}
    waiting = list(_led_to_one(root, path, path))
    while waiting:
        other = waiting.pop()
        if str(other) in others or other == path:
            continue
        if len(others) >= _MOST_FILES:
            raise Misread(f"{path} refers to more than {_MOST_FILES} files")
        others[str(other)] = found = _read(other)
        waiting += _led_to_one(found, other, path)
    if others and isinstance(root, dict):
        root[FILES] = others
    return root


def _led_to_one(value: Any, file: Path, first: Path) -> Iterator[Path]:
    """Change the references of a file's value in place; yield the files that they lead to."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
            reference = one.get("$ref")
            if isinstance(reference, str):
                name, _, pointer = reference.partition("#")
                if "://" in name:
                    raise Misread(f"{file}: $ref {reference!r} leads to an address, which is not followed")
                target = file if not name else _beside(file, unquote(name))
                if target != first:
                    one["$ref"] = f"#/{FILES}/{_escaped(str(target))}{pointer}"
                    yield target
                elif name:
                    one["$ref"] = f"#{pointer}"


def _beside(file: Path, name: str) -> Path:
    parts: list[str] = []
    for part in (file.parent / name).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def _escaped(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > _LARGEST:
            raise Misread(f"{path} has more than {_LARGEST // 1024 // 1024} megabytes")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, Misread):
            raise
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise Misread(f"{path} cannot be read: {reason}") from None
    try:
        if content.lstrip()[:1] in (b"{", b"["):
            try:
                return msgspec.json.decode(content)
            except msgspec.DecodeError:
                if path.suffix == ".json":
                    raise
        return _with_text_keys(msgspec.yaml.decode(content))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Misread(f"{path} is neither JSON nor YAML: {' '.join(str(error).split())}") from None


def _with_text_keys(value: Any) -> Any:
    """YAML as JSON has it: statuses that are keys become texts."""
    if isinstance(value, dict):
        return {_key(key): _with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(item) for item in value]
    return value


def _key(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
