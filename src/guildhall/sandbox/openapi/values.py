"""Believable values from schemas, the same for the same seed and place."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from guildhall.sandbox.openapi.document import Document, Node
from guildhall.sandbox.openapi.draws import Draws, Series
from guildhall.sandbox.openapi.patterns import matching
from guildhall.sandbox.openapi.words import number_for, text_for

_DEEPEST = 8
_ROWS = 3
_MOST_ROWS = 1000
_SELDOM = 8
"""One in so many optional values is absent, and one in so many nullable ones null."""
_NUMBERS = ("integer", "number")
_START = datetime(2026, 1, 1, tzinfo=UTC)


class Values:
    """Makes values of the schemas of a document. Raises Misread for a schema that makes no sense."""

    def __init__(self, document: Document, seed: int) -> None:
        self._document = document
        self._draws = Draws(seed)

    def make(self, schema: Any, place: str, given: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
        """Return a value of a schema. `place` decides the draws; `given` are values of fields that are known."""
        one = self._merged(schema, place, depth)
        for known in ("example", "const", "default"):
            if known in one:
                return one[known]
        if isinstance(one.get("examples"), list) and one["examples"]:
            return one["examples"][0]
        if one.get("enum"):
            choices = [value for value in self._document.list(one["enum"], name or "enum") if value is not None]
            return choices[self._draws.below(len(choices), place)] if choices else None
        kind, nullable = _type(one)
        if nullable and (depth > _DEEPEST or (depth and self._seldom(place))):
            return None
        match kind:
            case "object":
                return self._object(one, place, given, depth)
            case "array":
                return self.rows(one, place, self._size(one, place, depth), given, name, depth)
            case "boolean":
                return self._draws.below(2, place) == 1
            case "integer" | "number":
                return self._number(one, kind, place, name)
            case "null":
                return None
        return self._text(one, place, name)

    def rows(
        self,
        schema: Any,
        place: str,
        size: int,
        given: Mapping[str, Any],
        name: str = "",
        depth: int = 0,
        first: int = 0,
    ) -> list[Any]:
        """Return so many rows of an array from a number on; a row depends on its number alone."""
        one = self._merged(schema, place, depth)
        singular = name.removesuffix("s")
        items = one.get("items", {})
        return [
            self.make(items, f"{place}#{number}", given, singular, depth + 1) for number in range(first, first + size)
        ]

    def list_in(self, schema: Any, place: str) -> tuple[str | None, Node] | None:
        """Return the array that a schema is or has among its properties, with the property's name."""
        one = self._merged(schema, place, 0)
        kind, _ = _type(one)
        if kind == "array":
            return None, one
        for name, item in one.get("properties", {}).items():
            part = self._merged(item, f"{place}.{name}", 1)
            if _type(part)[0] == "array":
                return name, part
        return None

    def _merged(self, schema: Any, place: str, depth: int) -> Node:
        """The schema at the end of its references, with those of allOf in it, and one of its alternatives."""
        if schema is True or schema is None:
            return {}
        one = self._document.object(schema, place)
        if depth > _DEEPEST * 4:
            raise self._document.misread(place, "the schema requires itself")
        for word in ("oneOf", "anyOf"):
            if word in one:
                choices = [
                    choice for choice in self._document.list(one[word], f"{place}.{word}") if choice != {"type": "null"}
                ]
                if choices:
                    chosen = choices[self._draws.below(len(choices), place, word)]
                    rest = {key: value for key, value in one.items() if key != word}
                    one = _joined([rest, self._merged(chosen, place, depth + 1)])
        if "allOf" in one:
            parts = [
                self._merged(part, place, depth + 1) for part in self._document.list(one["allOf"], f"{place}.allOf")
            ]
            one = _joined([*parts, {key: value for key, value in one.items() if key != "allOf"}])
        return one

    def _object(self, one: Node, place: str, given: Mapping[str, Any], depth: int) -> Node:
        properties = self._document.object(one.get("properties", {}), f"{place}.properties")
        required = set(map(str, self._document.list(one.get("required"), f"{place}.required")))
        made: Node = {}
        for name, schema in properties.items():
            at = f"{place}.{name}"
            if name in given and depth < 2:
                made[name] = _as_type(given[name], _type(self._merged(schema, at, depth + 1))[0])
            elif isinstance(schema, dict) and schema.get("writeOnly") is True:
                continue
            elif name in required or (depth <= _DEEPEST and not self._seldom(at, "absent")):
                made[name] = self.make(schema, at, given, name, depth + 1)
        further = one.get("additionalProperties")
        if isinstance(further, dict) and further and not properties and depth <= _DEEPEST:
            for key in ("first", "second"):
                made[key] = self.make(further, f"{place}.{key}", given, key, depth + 1)
        return made

    def _size(self, one: Node, place: str, depth: int) -> int:
        least, most = _whole(one.get("minItems"), 0), _whole(one.get("maxItems"), _MOST_ROWS)
        usual = 0 if depth > _DEEPEST else 1 + self._draws.below(_ROWS, place, "size")
        return min(max(least, usual), max(most, 0), _MOST_ROWS)

    def _number(self, one: Node, kind: str, place: str, name: str) -> int | float:
        low, high = number_for(name, one.get("format"), _START)
        least, most = one.get("minimum"), one.get("maximum")
        step = 1 if kind == "integer" else 0.01
        if isinstance(one.get("exclusiveMinimum"), int | float) and not isinstance(one["exclusiveMinimum"], bool):
            least = one["exclusiveMinimum"] + step
        elif one.get("exclusiveMinimum") is True and least is not None:
            least += step
        if isinstance(one.get("exclusiveMaximum"), int | float) and not isinstance(one["exclusiveMaximum"], bool):
            most = one["exclusiveMaximum"] - step
        elif one.get("exclusiveMaximum") is True and most is not None:
            most -= step
        low, high = _within(low, high, least, most)
        multiple = one.get("multipleOf")
        if isinstance(multiple, int | float) and multiple > 0:
            first = -(-low // multiple)
            count = max(1, int(high // multiple - first) + 1)
            value = (first + self._draws.below(count, place)) * multiple
        else:
            value = low + step * self._draws.below(max(1, int((high - low) / step) + 1), place)
        return int(value) if kind == "integer" else round(float(value), 4)

    def _text(self, one: Node, place: str, name: str) -> str:
        moment = _START + timedelta(seconds=self._draws.below(200 * 86_400, place, "time"))
        text = text_for(name, one.get("format"), self._draws.below(2**31, place), moment)
        if isinstance(one.get("pattern"), str):
            matched = matching(one["pattern"], Series(self._draws, place).below)
            if matched is not None:
                return matched
        least, most = _whole(one.get("minLength"), 0), _whole(one.get("maxLength"), 2**31)
        return text[: max(most, 0)] if len(text) >= least else text + "x" * (min(least, 100_000) - len(text))

    def _seldom(self, *place: str) -> bool:
        return self._draws.below(_SELDOM, *place, "seldom") == 0


def _type(one: Node) -> tuple[str, bool]:
    """The type of a schema, from its keywords if it is not written, and whether it may be null."""
    written = one.get("type")
    if isinstance(written, list):
        kinds = [kind for kind in written if kind != "null"]
        return (str(kinds[0]) if kinds else "null"), "null" in written and bool(kinds)
    if isinstance(written, str):
        return written, one.get("nullable") is True
    if "properties" in one or "additionalProperties" in one:
        return "object", one.get("nullable") is True
    return ("array" if "items" in one else "string"), one.get("nullable") is True


def _joined(parts: Sequence[Node]) -> Node:
    made: Node = {}
    for part in parts:
        properties = {**made.get("properties", {}), **part.get("properties", {})}
        required = [*made.get("required", ()), *part.get("required", ())]
        made |= part
        if properties:
            made["properties"] = properties
        if required:
            made["required"] = required
    return made


def _as_type(value: Any, kind: str) -> Any:
    """A parameter's text as the type of the field that repeats it."""
    if isinstance(value, str) and kind in _NUMBERS:
        try:
            return int(value) if kind == "integer" else float(value)
        except ValueError:
            return value
    return value


def _whole(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def _within(low: float, high: float, least: Any, most: Any) -> tuple[float, float]:
    """The usual bounds within those of the schema, or the schema's own where they do not meet."""
    least = least if isinstance(least, int | float) else None
    most = most if isinstance(most, int | float) else None
    span = high - low
    if least is not None and low < least:
        low, high = least, max(high, least)
    if most is not None and high > most:
        low, high = (low if low <= most else (most - span if least is None else least)), most
    return low, high
