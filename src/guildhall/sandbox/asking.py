"""Calls of a stand-in as its sources see them, and the answers that they give."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import msgspec
from multidict import MultiMapping

from guildhall.sandbox.answers import JSON_TYPE, encode


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: bytes as they are sent, a status, and headers."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON_TYPE})


def as_answer(value: object, status: int = 200) -> Answer:
    """Return an answer as it is, and any other value as an answer in JSON."""
    return value if isinstance(value, Answer) else Answer(encode(value), status)


class Refused(Exception):
    """An answer that is an error: its status, and a JSON body or the text of its "error"."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(f"{status}: {body}")
        self.answer = as_answer({"error": body} if isinstance(body, str) else body, status)


@dataclass(frozen=True, slots=True)
class Ask:
    """One call: `path` is as it was sent, encoded, below the address `base` at which the stand-in is mounted.

    `parameters` are those of the path, decoded. `now` is the time of the stand-in's clock in unix seconds.
    """

    method: str
    path: str
    query: MultiMapping[str]
    headers: Mapping[str, str]
    body: bytes
    now: float
    base: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Return the body, which has to be JSON. Raises Refused with 400."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise Refused(400, f"The body is no JSON: {error}") from None

    def number(self, name: str, default: int, least: int = 0, most: int = 2**53) -> int:
        """Return a whole number of the query. Raises Refused with 400 for text, or a number out of bounds."""
        text = self.query.get(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 17 and least <= int(text) <= most):
            raise Refused(400, f"{name} must be a whole number between {least} and {most}")
        return int(text)


class Found(NamedTuple):
    """The route of a call, as the counters name it, and the function that makes its answer or raises Refused."""

    route: str
    make: Callable[[], Answer]


class Opened(Protocol):
    """A source of answers within one application."""

    def find(self, ask: Ask) -> Found | None:
        """Find the route of a call; None if the source does not have it."""


class Source(Protocol):
    """A declared source of a stand-in's answers."""

    def open(self, seed: int) -> Opened:
        """Read what the source needs, and return it with a state of its own. Raises Misread."""
