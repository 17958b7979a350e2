"""The headers by which the API tells its limits: a policy, its rules, and the windows of each."""

from collections.abc import Mapping

from msgspec import Struct

_LONGEST = 200
"""Characters of a policy's or a rule's name."""
_MOST_RULES, _MOST_WINDOWS = 8, 8
_LARGEST = 10_000_000
"""Hits or seconds; larger numbers are no limits."""


class Window(Struct, frozen=True, array_like=True):
    """At most `hits` within `seconds`; one more is a penalty of so many seconds."""

    hits: int
    seconds: int
    penalty: int


class Standing(Struct, frozen=True):
    """The state of a window: hits that count now, and the seconds of a penalty that are left."""

    hits: int
    seconds: int
    penalty_left: int


class Rule(Struct, frozen=True):
    """The windows of a rule, and their states. A rule counts by what it is called: client, account, ip."""

    name: str
    windows: tuple[Window, ...]
    standings: tuple[Standing, ...] = ()

    @property
    def of_account(self) -> bool:
        """Return whether each account has windows of its own."""
        return self.name.lower() == "account"


class Told(Struct, frozen=True):
    """The limits that an answer told."""

    policy: str
    rules: tuple[Rule, ...]


def read_limits(headers: Mapping[str, str]) -> Told | None:
    """Read the limits of an answer; None where it tells none. What cannot be read of them is left out."""
    policy = headers.get("X-Rate-Limit-Policy", "").strip()
    if not 1 <= len(policy) <= _LONGEST or not policy.isprintable():
        return None
    names = [name.strip() for name in headers.get("X-Rate-Limit-Rules", "").split(",")][:_MOST_RULES]
    rules = []
    for name in dict.fromkeys(names):
        if not 1 <= len(name) <= _LONGEST or not name.isascii():
            continue
        windows = tuple(
            Window(*one) for one in _triples(headers.get(f"X-Rate-Limit-{name}", "")) if one[0] > 0 and one[1] > 0
        )
        if windows:
            standings = tuple(Standing(*one) for one in _triples(headers.get(f"X-Rate-Limit-{name}-State", "")))
            rules.append(Rule(name, windows, standings))
    return Told(policy, tuple(rules)) if rules else None


def read_wait(headers: Mapping[str, str]) -> int | None:
    """Read Retry-After, in seconds; None where it is missing or no number."""
    text = headers.get("Retry-After", "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None


def _triples(text: str) -> list[tuple[int, int, int]]:
    found = []
    for part in text.split(",")[:_MOST_WINDOWS]:
        numbers = part.strip().split(":")
        if len(numbers) == 3 and all(one.isascii() and one.isdecimal() and len(one) < 9 for one in numbers):
            first, second, third = map(int, numbers)
            if max(first, second, third) <= _LARGEST:
                found.append((first, second, third))
    return found
