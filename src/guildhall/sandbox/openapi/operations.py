"""Operations of an OpenAPI file: their parameters, bodies and answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guildhall.sandbox.asking import Ask
from guildhall.sandbox.openapi.document import Document, Node
from guildhall.sandbox.templates import Template

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Response:
    """One described answer. Without a content type it has no body."""

    status: int
    content_type: str
    schema: Any
    example: Any
    where: str

    @property
    def has_body(self) -> bool:
        """True if it has a body."""
        return bool(self.content_type) and (self.schema is not None or self.has_example)

    @property
    def has_example(self) -> bool:
        """True if the file has a whole answer as an example."""
        return self.example is not _ABSENT


@dataclass(frozen=True, slots=True)
class Parameter:
    """One described parameter of path or query."""

    name: str
    place: str
    required: bool
    schema: Node

    def problem(self, text: str) -> str | None:
        """Return the reason why a value is not of the schema; None if it is."""
        kind = self.schema.get("type")
        kind = kind[0] if isinstance(kind, list) and kind else kind
        value: Any = text
        if kind in ("integer", "number"):
            try:
                value = int(text) if kind == "integer" else float(text)
            except ValueError:
                return f"{self.name} must be {'a whole number' if kind == 'integer' else 'a number'}"
            least, most = self.schema.get("minimum"), self.schema.get("maximum")
            if (isinstance(least, int | float) and value < least) or (isinstance(most, int | float) and value > most):
                return f"{self.name} is out of bounds"
        elif kind == "boolean" and text not in ("true", "false"):
            return f"{self.name} must be true or false"
        choices = self.schema.get("enum")
        if isinstance(choices, list) and kind != "array" and value not in choices and kind != "boolean":
            return f"{self.name} must be one of {', '.join(map(str, choices))}"
        return None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    template: Template
    parameters: tuple[Parameter, ...]
    takes_body: bool
    body_required: bool
    body_fields: tuple[str, ...]
    """The fields that a body of JSON must have."""
    success: Response
    """The first described success, or the first answer if none is one, as for an operation that redirects."""
    responses: tuple[Response, ...]

    def wrong_parameter(self, in_path: Mapping[str, str], ask: Ask) -> str | None:
        """Return what is wrong with the parameters of a call; None if nothing is."""
        for one in self.parameters:
            text = in_path.get(one.name) if one.place == "path" else ask.query.get(one.name)
            if text is None:
                if one.required and one.place == "query":
                    return f"{one.name} is missing"
                continue
            if (problem := one.problem(text)) is not None:
                return problem
        return None

    def missing_in(self, body: Any) -> str | None:
        """Return what is missing in a body; None if nothing is."""
        if body is None:
            return "The body is missing" if self.body_required else None
        missing = [name for name in self.body_fields if not isinstance(body, dict) or name not in body]
        return f"The body has no {missing[0]}" if missing else None

    def parameter_of(self, names: tuple[str, ...]) -> Parameter | None:
        """Return the parameter of the query that has one of these names, in small letters without marks."""
        for one in self.parameters:
            if one.place == "query" and one.name.lower().replace("_", "").replace("-", "") in names:
                return one
        return None


def read_operation(document: Document, method: str, template: Template, node: Node, where: str) -> Operation:
    """Read an operation. Raises Misread."""
    parameters: dict[tuple[str, str], Parameter] = {}
    for number, value in enumerate(node["parameters"]):
        place = f"{where}.parameters.{number}"
        one = document.object(value, place)
        name, in_ = one.get("name"), one.get("in")
        if not isinstance(name, str) or not isinstance(in_, str):
            raise document.misread(place, "a parameter needs a name and in")
        schema = document.object(one.get("schema", {}), f"{place}.schema")
        parameters[name, in_] = Parameter(name, in_, one.get("required") is True, schema)
    responses = _responses(document, node, where)
    if not responses:
        raise document.misread(f"{where}.responses", "describes no answer")
    success = next((one for one in responses if 200 <= one.status < 300), responses[0])
    takes, required, fields = _body(document, node, where)
    return Operation(method, template, tuple(parameters.values()), takes, required, fields, success, tuple(responses))


def _body(document: Document, node: Node, where: str) -> tuple[bool, bool, tuple[str, ...]]:
    if "requestBody" not in node:
        return False, False, ()
    body = document.object(node["requestBody"], f"{where}.requestBody")
    content = document.object(body.get("content", {}), f"{where}.requestBody.content")
    kind = _preferred(content)
    if kind is None or "json" not in kind:
        return False, False, ()
    media = document.object(content[kind], f"{where}.requestBody.content.{kind}")
    schema = document.object(media.get("schema", {}), f"{where}.requestBody.content.{kind}.schema")
    required = document.list(schema.get("required"), f"{where}.requestBody.required")
    return True, body.get("required") is True, tuple(map(str, required))


def _responses(document: Document, node: Node, where: str) -> list[Response]:
    found = []
    described = document.object(node.get("responses"), f"{where}.responses")
    for status, value in described.items():
        if status.startswith("x-"):
            continue
        place = f"{where}.responses.{status}"
        number = _status(status, len(described))
        if number is None:
            raise document.misread(place, "is no status")
        found.append(_response(document, number, document.object(value, place), place))
    return sorted((one for one in found if one.status >= 200), key=lambda one: one.status)


def _status(text: str, described: int) -> int | None:
    """The number of a status; a default is the success if nothing else is described, and an error otherwise."""
    if text == "default":
        return 200 if described == 1 else 500
    if len(text) == 3 and text[0] in "12345" and text[1:].upper() == "XX":
        return int(text[0]) * 100
    return int(text) if text.isascii() and text.isdigit() and 100 <= int(text) <= 599 else None


def _response(document: Document, status: int, node: Node, where: str) -> Response:
    content = document.object(node.get("content", {}), f"{where}.content")
    kind = _preferred(content)
    if kind is None:
        return Response(status, "", None, _ABSENT, where)
    media = document.object(content[kind], f"{where}.content.{kind}")
    example = media.get("example", _ABSENT)
    examples = media.get("examples")
    if example is _ABSENT and isinstance(examples, dict) and examples:
        name, first = next(iter(examples.items()))
        example = document.object(first, f"{where}.content.{kind}.examples.{name}").get("value", _ABSENT)
    schema = media.get("schema")
    # A schema's own reference is resolved now, so that one that leads nowhere is found with its place.
    if schema is not None and schema is not True:
        document.object(schema, f"{where}.content.{kind}.schema")
    return Response(status, kind, schema, example, f"{where}.content.{kind}.schema")


def _preferred(content: Node) -> str | None:
    """The content type that is answered: JSON, then anything with JSON in it, then the first."""
    ordered = sorted(content, key=lambda kind: (not kind.startswith("application/json"), "json" not in kind))
    return ordered[0] if ordered else None
