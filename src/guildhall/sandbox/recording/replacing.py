"""Personal values and their replacements: the same value is replaced by the same everywhere."""

from collections.abc import Iterator
from itertools import chain

from guildhall.sandbox.recording.keys import Kind
from guildhall.sandbox.recording.pseudonyms import pseudonyms, shape_of
from guildhall.sandbox.recording.texts import comparable, compared

_NOBODY = frozenset({"", "unknown", "anonymous", "none", "null", "n/a", "private", "guest", "deleted", "redacted"})
"""Texts in the place of a name that name nobody."""
_SHORT = 4
_TRIES = 1000
"""Shorter names are replaced as whole words alone, longer ones inside of words too."""
_LONG_NUMBER = 5
"""Numbers of fewer digits are replaced under their keys and in paths alone."""
_BEFORE_SHORT_NUMBER = frozenset("/=")
_AFTER_SHORT_NUMBER = frozenset("/?&#>\"'")


class Replacements:
    """Values that were found, in their order, and the replacement of each once `choose` was called."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[Kind, str]] = {}
        self._by_beginning: dict[str, list[str]] = {}
        self._spread: set[str] = set()
        """Those that are replaced wherever they stand, and not under their keys alone."""
        self._lengths: list[int] = []
        self._chosen: dict[str, str] = {}
        self._kept: set[str] = set()
        self.counts: dict[str, int] = {}
        """Places at which a value was replaced, by the value as it is compared."""

    def find(self, kind: Kind, value: str) -> None:
        """Note a personal value."""
        plain = _plain(value)
        if plain in _NOBODY:
            return
        self._kinds.setdefault(plain, (kind, value))
        if kind is Kind.PLACE or plain in self._spread:
            return
        self._spread.add(plain)
        self._lengths = sorted({len(plain[:_SHORT]), *self._lengths}, reverse=True)
        beginnings = self._by_beginning.setdefault(plain[:_SHORT], [])
        beginnings.append(plain)
        beginnings.sort(key=len, reverse=True)

    def keep(self, key: str) -> None:
        """Note a key whose texts are not personal."""
        self._kept.add(key)

    @property
    def kept_keys(self) -> list[str]:
        """The keys whose texts were kept, but for personal values inside of them: for a person to look through."""
        return sorted(self._kept)

    def choose(self) -> None:
        """Choose a replacement for each value: none contains a value, and no two are the same."""
        last: dict[str, int] = {}
        taken: set[str] = set()
        for plain, (kind, value) in self._kinds.items():
            shape = shape_of(kind, value)
            start = last.get(shape, 0) + 1
            candidates = chain.from_iterable(
                ((number, one) for one in pseudonyms(shape, number)) for number in range(start, start + _TRIES)
            )
            for number, candidate in candidates:
                simple = comparable(candidate)
                if simple not in taken and next(self._occurrences(simple), None) is None:
                    taken.add(simple)
                    last[shape] = number
                    self._chosen[plain] = candidate
                    break
            else:
                raise ValueError(f"no replacement of {value!r} is free of the other personal values")

    def whole(self, value: str) -> str:
        """Return the replacement of a personal value; one that names nobody stays."""
        plain = _plain(value)
        chosen = self._chosen.get(plain)
        if chosen is None:
            return value
        self._count(plain)
        return _in_case_of(value, chosen)

    def number(self, value: float) -> int | float:
        """Return a number that stands under no personal key, replaced if it is a long personal one."""
        text = str(abs(value))
        if len(text) < _LONG_NUMBER or text not in self._spread:
            return value
        replaced = self.whole(text)
        return (int(replaced) if replaced.isdigit() else 1.0) * (-1 if value < 0 else 1)

    def inside(self, text: str, as_key: bool = False) -> str:
        """Return a text with the replacement of each personal value in it, however it is encoded there.

        In a key short names are kept, since "id" may be one.
        """
        places = compared(text)
        plain = places.letters.strip() or text
        if plain in self._spread and not _is_short_number(plain) and not (as_key and len(plain) < _SHORT):
            return self.whole(text)
        parts: list[str] = []
        end = 0
        for plain, start in self._occurrences(places.letters):
            begin = places.begins[start]
            if begin < end:  # inside of what one letter of the text stands for
                continue
            stop = places.ends[start + len(plain) - 1]
            if len(plain) < _SHORT and (as_key or "_" in (text[begin - 1 : begin], text[stop : stop + 1])):
                continue
            parts += (text[end:begin], _in_case_of(text[begin:stop], self._chosen[plain]))
            self._count(plain)
            end = stop
        return "".join((*parts, text[end:])) if parts else text

    def shown(self) -> list[tuple[Kind, str, str, int]]:
        """Return what was replaced: kind, value, replacement, and at how many places."""
        return [
            (*self._kinds[plain], self._chosen[plain], self.counts[plain])
            for plain in self._kinds
            if plain in self.counts
        ]

    def _occurrences(self, letters: str) -> Iterator[tuple[str, int]]:
        """Values in a text as it is compared, with their places: the longest at each place, none inside another."""
        place, size, lengths, beginnings = 0, len(letters), self._lengths, self._by_beginning
        while place < size:
            for length in lengths:
                candidates = beginnings.get(letters[place : place + length])
                if candidates is not None and (found := _longest(candidates, letters, place)) is not None:
                    yield found, place
                    place += len(found)
                    break
            else:
                place += 1

    def _count(self, plain: str) -> None:
        self.counts[plain] = self.counts.get(plain, 0) + 1


def _longest(candidates: list[str], letters: str, place: int) -> str | None:
    for plain in candidates:
        if letters.startswith(plain, place) and _stands(plain, letters, place):
            return plain
    return None


def _stands(plain: str, letters: str, place: int) -> bool:
    """Return whether a value at a place is one: not digits of a longer number, nor letters of another short word."""
    before = letters[place - 1 : place] if place else ""
    after = letters[place + len(plain) : place + len(plain) + 1]
    if _is_short_number(plain):
        return before in _BEFORE_SHORT_NUMBER and (not after or after in _AFTER_SHORT_NUMBER)
    if _is_number(plain):
        return not before.isdigit() and not after.isdigit()
    return len(plain) >= _SHORT or not (before.isalnum() or after.isalnum())


def _is_short_number(plain: str) -> bool:
    return _is_number(plain) and len(plain) < _LONG_NUMBER


def _is_number(plain: str) -> bool:
    return plain.isascii() and plain.isdigit()


def _plain(value: str) -> str:
    # A name of nothing but marks compares as nothing, and stands for itself.
    return comparable(value).strip() or value


def _in_case_of(value: str, replacement: str) -> str:
    return replacement.lower() if value == value.lower() else replacement
