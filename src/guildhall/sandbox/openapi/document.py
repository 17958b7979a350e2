"""An OpenAPI file of version 3.0 or 3.1."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from yarl import URL

from guildhall.sandbox.errors import Misread
from guildhall.sandbox.openapi.files import read_files

Node = dict[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_LONGEST_CHAIN = 32
_VARIABLE = re.compile(r"\{([^{}]*)\}")


class Document:
    """The file as it was read. Messages begin with its path, and name the place in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = self._read()
        version = str(self.root.get("openapi", ""))
        if not version.startswith(("3.0", "3.1")):
            found = "a Swagger 2 file" if "swagger" in self.root else f"of version {version or '(none)'}"
            raise self.misread("openapi", f"must be 3.0 or 3.1, but the file is {found}")
        paths = self.object(self.root.get("paths"), "paths")
        if not paths:
            raise self.misread("paths", "has no path")
        self.paths = paths

    def misread(self, where: str, reason: str) -> Misread:
        """Make the error of a place."""
        return Misread(f"{self.path}: {where}: {reason}")

    def object(self, value: Any, where: str) -> Node:
        """Return an object, at the end of its references. Raises Misread for anything else."""
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(value, dict):
                raise self.misread(where, f"must be an object, not {_kind(value)}")
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return value
            # Of the keywords beside a reference (3.1) none changes an answer more than the reference does.
            value = self._at(reference, where)
        raise self.misread(where, f"$ref {reference!r} leads in a circle")

    def list(self, value: Any, where: str) -> list[Any]:
        """Return a list; an absent one is empty. Raises Misread for anything else."""
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.misread(where, f"must be a list, not {_kind(value)}")
        return value

    def base_path(self) -> str:
        """Return the path of the first server's address, without a slash at its end."""
        servers = self.list(self.root.get("servers"), "servers")
        if not servers:
            return ""
        server = self.object(servers[0], "servers.0")
        address = str(server.get("url", ""))
        for name, variable in self.object(server.get("variables", {}), "servers.0.variables").items():
            address = address.replace(f"{{{name}}}", str(self.object(variable, f"servers.0.{name}").get("default", "")))
        try:
            return URL(_VARIABLE.sub("x", address)).path.rstrip("/")
        except ValueError as error:
            raise self.misread("servers.0.url", str(error)) from None

    def operations(self) -> Iterator[tuple[str, str, Node, str]]:
        """Yield method, path, operation with the path's parameters, and place of each operation."""
        for path, value in self.paths.items():
            if not path.startswith("/"):
                if path.startswith("x-"):
                    continue
                raise self.misread(f"paths.{path}", "a path begins with /")
            item = self.object(value, f"paths.{path}")
            for method in _METHODS:
                if method in item:
                    where = f"paths.{path}.{method}"
                    operation = self.object(item[method], where)
                    shared = self.list(item.get("parameters"), f"paths.{path}.parameters")
                    own = self.list(operation.get("parameters"), f"{where}.parameters")
                    yield method.upper(), path, {**operation, "parameters": [*shared, *own]}, where

    def _read(self) -> Node:
        found = read_files(self.path)
        if not isinstance(found, dict):
            raise Misread(f"{self.path} is no OpenAPI file: it must be an object, not {_kind(found)}")
        return found

    def _at(self, reference: str, where: str) -> Any:
        found: Any = self.root
        parts = reference.removeprefix("#").strip("/")
        for part in parts.split("/") if parts else ():
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            elif isinstance(found, dict) and name in found:
                found = found[name]
            else:
                raise self.misread(where, f"$ref {reference!r} leads nowhere")
        return found


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "a boolean", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
