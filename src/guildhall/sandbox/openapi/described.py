"""An OpenAPI file as a source of a stand-in."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from guildhall.sandbox.answers import JSON_TYPE, encode
from guildhall.sandbox.asking import Answer, Ask, Found, Refused
from guildhall.sandbox.errors import Misread
from guildhall.sandbox.openapi.document import Document
from guildhall.sandbox.openapi.operations import Operation, read_operation
from guildhall.sandbox.openapi.paging import page_of
from guildhall.sandbox.openapi.values import Values
from guildhall.sandbox.templates import Template

MISSING = frozenset({"0", "missing", "unknown", "nobody"})
"""Path parameters that name nothing."""
_LINES = 5


class Described:
    """Answers made from an OpenAPI file of version 3.0 or 3.1, in JSON or YAML: its examples, or values of its schemas.

    The same call gets the same answer; fields that a parameter names have its value. A parameter of the wrong type is a
    400, and a path parameter among `missing` a 404. A list is paged if the operation describes parameters for that.
    `below` replaces the path of the file's first server.
    """

    def __init__(
        self, file: Path | str, below: str | None = None, missing: frozenset[str] | set[str] = MISSING
    ) -> None:
        self._file = Path(file)
        self._below = below
        self._missing = frozenset(missing)

    def open(self, seed: int) -> "_OpenDescription":
        """Read the file, and make each answer once, so that a mistake in it shows now. Raises Misread."""
        document = Document(self._file)
        below = document.base_path() if self._below is None else self._below.rstrip("/")
        operations = []
        for method, path, node, where in document.operations():
            try:
                template = Template(below + path)
            except Misread as error:
                raise document.misread(where, str(error)) from None
            operations.append(read_operation(document, method, template, node, where))
        opened = _OpenDescription(operations, Values(document, seed), self._missing)
        opened.try_all()
        return opened


class _OpenDescription:
    def __init__(self, operations: list[Operation], values: Values, missing: frozenset[str]) -> None:
        # A path without parameters goes before one with some, as OpenAPI says.
        self._operations = sorted(operations, key=lambda one: len(one.template.names))
        self._values = values
        self._missing = missing

    def try_all(self) -> None:
        """Make each answer once. Raises Misread for a schema of which none can be made."""
        for one in self._operations:
            for response in one.responses:
                if response.schema is not None:
                    try:
                        self._values.make(response.schema, response.where, {})
                    except (TypeError, ValueError, OverflowError, AttributeError) as error:
                        if isinstance(error, Misread):
                            raise
                        raise Misread(f"{response.where}: the schema makes no sense: {error}") from None

    def find(self, ask: Ask) -> Found | None:
        """Find the operation of a call; 405 for a path that has others only."""
        others = set()
        for one in self._operations:
            parameters = one.template.match(ask.path)
            if parameters is None:
                continue
            if one.method == ask.method:
                return Found(f"{one.method} {one.template.text}", partial(self._answer, one, ask, parameters))
            others.add(one.method)
        if not others:
            return None
        headers = {"Content-Type": JSON_TYPE, "Allow": ", ".join(sorted(others))}
        return Found("(method not allowed)", lambda: Answer(encode({"error": "Method not allowed"}), 405, headers))

    def _answer(self, one: Operation, ask: Ask, parameters: Mapping[str, str]) -> Answer:
        if any(value.lower() in self._missing for value in parameters.values()):
            return self._error(one, 404, "Not found")
        wrong = one.wrong_parameter(parameters, ask)
        if wrong is not None:
            return self._error(one, 400, wrong)
        given: dict[str, Any] = _given(parameters)
        if one.takes_body:
            try:
                body = ask.json() if ask.body else None
            except Refused as refused:
                return self._error(one, 400, str(refused))
            missing = one.missing_in(body)
            if missing is not None:
                return self._error(one, 400, missing)
            given |= body if isinstance(body, dict) else {}
        return self._success(one, ask, given)

    def _success(self, one: Operation, ask: Ask, given: Mapping[str, Any]) -> Answer:
        response = one.success
        place = f"{ask.method} {ask.path}"
        headers = {"Content-Type": response.content_type} if response.content_type else {}
        if not response.has_body:
            return Answer(b"", response.status, headers)
        if "ndjson" in response.content_type or "jsonl" in response.content_type:
            made: list[Any] = (
                [response.example] if response.has_example
                else self._values.rows({"items": response.schema}, place, _LINES, given)
            )  # fmt: skip
            return Answer(b"".join(encode(row) + b"\n" for row in made), response.status, headers)
        if "json" not in response.content_type:
            text = response.example if response.has_example else self._values.make(response.schema, place, given)
            return Answer(text.encode() if isinstance(text, str) else encode(text), response.status, headers)
        if response.has_example:
            return Answer(encode(response.example), response.status, headers)
        body = page_of(self._values, one, response.schema, ask, place, given)
        return Answer(encode(body), response.status, headers)

    def _error(self, one: Operation, status: int, text: str) -> Answer:
        """The described answer of a status, with the reason in its field for that; else {"error": reason}."""
        response = next((known for known in one.responses if known.status == status), None)
        if response is None or not response.has_body or "json" not in response.content_type:
            return Answer(encode({"error": text}), status)
        if response.has_example:
            return Answer(encode(response.example), status)
        reasons = dict.fromkeys(("error", "message", "detail", "title", "reason"), text)
        return Answer(encode(self._values.make(response.schema, response.where, reasons)), status)


def _given(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The values of the path under the names that fields have for them: "id" for the one parameter {userId}."""
    given: dict[str, Any] = dict(parameters)
    if len(parameters) == 1:
        ((name, value),) = parameters.items()
        if name.lower().endswith("id"):
            given.setdefault("id", value)
    return given
