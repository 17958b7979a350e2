"""Words that a server does not want, found however they are written.

Words and texts are compared as Unicode's compatibility caseless match does (definition D146 of the core
specification), without what nobody sees, and as whole words: letters, digits and marks beside a match make it none.
"""

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from guildhall.text import IGNORABLE, folded

WordAction = Literal["block", "mask", "flag"]

_IGNORED = re.compile(f"[{IGNORABLE}]+")
_LONGEST = 200
"""Characters of a folded word: one of the longest words can fold to many times its length."""


_PLANES = (range(0x300, 0x20000), range(0xE0000, 0xE1000))
"""The planes in which Unicode has combining marks. The other fifteen sixteenths of all code points have none, and
looking at them took a tenth of a second of every start."""


def _marks() -> str:
    """All combining marks as ranges of a regular expression's set, which knows no such class."""
    ranges: list[list[int]] = []
    for code in itertools.chain(*_PLANES):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS = _marks()
_INSIDE = re.compile(rf"[^\W_]|[{_MARKS}]")
"""One character of a word."""
_LETTERS = re.compile(r"[^\W_]+")
# Looks back over the character that was just matched, so that a search may skip to those that words begin with.
_BEGINS = rf"(?<![^\W_].)(?<![{_MARKS}].)"
_ENDS = rf"(?![^\W_])(?![{_MARKS}])"


class Found(Struct, frozen=True):
    """The result of filtering a text: the action, the words by action, and the text that may be published.

    `action` is the strictest of those found: block before mask before flag, None for nothing. `flagged` holds the words
    because of which the text is reported.
    """

    action: WordAction | None
    content: str
    blocked: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()


def folded_word(word: str) -> str | None:
    """A word as it is looked for: white space as one blank. None for one that nothing is left of, or too much."""
    text = " ".join(folded(word).split())
    return text if 0 < len(text) <= _LONGEST else None


class WordFilter:
    """The words of one server, ready to be looked for. Immutable, so that many may use it."""

    def __init__(self, words: Iterable[tuple[str, WordAction]]) -> None:
        self._actions: dict[str, WordAction] = {}
        for word, action in words:
            key = folded_word(word)
            if key is not None:
                known = self._actions.get(key)
                self._actions[key] = action if known is None else min(known, action, key=_STRICT.index)
        # Words and phrases of letters and digits are found by their first word in a table; a regular expression is
        # compiled for the others alone, which takes its time.
        self._lengths: dict[str, list[int]] = {}
        odd = []
        for key in sorted(self._actions):
            parts = key.split(" ")
            if all(_words(part) == [(0, len(part))] for part in parts):
                lengths = self._lengths.setdefault(parts[0], [])
                if len(parts) not in lengths:
                    lengths.append(len(parts))
            else:
                odd.append(key)
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)
        self._odd = re.compile(_alternatives(odd), re.DOTALL) if odd else None

    @property
    def empty(self) -> bool:
        """True if the filter has no words."""
        return not self._actions

    def check(self, text: str) -> Found:
        """Check a text. If several words begin at one place, the longest counts."""
        if not self._actions:
            return Found(None, text)
        found = self._found(folded(text))
        if not found:
            return Found(None, text)
        action = min((self._actions[key] for _, _, key in found), key=_STRICT.index)
        masked = [(begin, end) for begin, end, key in found if self._actions[key] == "mask"]
        return Found(
            action,
            _masked(text, masked) if masked and action != "block" else text,
            blocked=self._of("block", found),
            flagged=self._of("flag", found),
        )

    def _of(self, action: WordAction, found: Sequence["_Place"]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for _, _, key in found if self._actions[key] == action))

    def _found(self, plain: str) -> list["_Place"]:
        """Return the places of words in a folded text, without overlap: the first to begin, of those the longest."""
        places = [*self._ordinary(plain), *self._odd_ones(plain)]
        if len(places) < 2:
            return places
        places.sort(key=lambda place: (place[0], -place[1]))
        chosen = places[:1]
        for place in places[1:]:
            if place[0] >= chosen[-1][1]:
                chosen.append(place)
        return chosen

    def _ordinary(self, plain: str) -> Iterator["_Place"]:
        if not self._lengths:
            return
        spans = _words(plain)
        words = [plain[begin:end] for begin, end in spans]
        if self._lengths.keys().isdisjoint(words):
            return
        for index, word in enumerate(words):
            for length in self._lengths.get(word, ()):
                last = index + length - 1
                if last >= len(spans) or " ".join(words[index : last + 1]) not in self._actions:
                    continue
                gaps = (plain[spans[at][1] : spans[at + 1][0]] for at in range(index, last))
                if all(gap.isspace() for gap in gaps):
                    yield spans[index][0], spans[last][1], " ".join(words[index : last + 1])
                    break

    def _odd_ones(self, plain: str) -> Iterator["_Place"]:
        if self._odd is not None:
            for match in self._odd.finditer(plain):
                yield match.start(), match.end(), " ".join(match[0].split())


_Place = tuple[int, int, str]
"""Begin and end in the folded text, and the word."""
_STRICT: tuple[WordAction, ...] = ("block", "mask", "flag")


def _words(plain: str) -> list[tuple[int, int]]:
    """Return the starts and ends of the words of a text: letters and digits with the marks on them."""
    if plain.isascii():
        return [match.span() for match in _LETTERS.finditer(plain)]
    spans: list[tuple[int, int]] = []
    for match in _LETTERS.finditer(plain):
        begin, end = match.span()
        least = spans[-1][1] if spans else 0
        while begin > least and _is_mark(plain[begin - 1]):
            begin -= 1
        while end < len(plain) and _is_mark(plain[end]):
            end += 1
        if spans and spans[-1][1] == begin:
            begin = spans.pop()[0]
        spans.append((begin, end))
    return spans


def _is_mark(letter: str) -> bool:
    return letter > "\u02ff" and unicodedata.category(letter)[0] == "M"


def _alternatives(words: Iterable[str]) -> str:
    """A regular expression of the words, shared beginnings once, so that its time does not grow with their number."""
    return _branches(sorted(words), 0)


def _branches(words: list[str], at: int) -> str:
    """The rest, from `at` on, of sorted words that are equal up to there."""
    end = ""
    ends = False
    if len(words[0]) == at:
        ends = True
        end = _ENDS if _INSIDE.match(words[0][at - 1]) else ""
        words = words[1:]
    branches = []
    begin = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or words[index][at] != words[begin][at]:
            group = words[begin:index]
            upto = at + _shared(group[0], group[-1], at)
            branches.append(_literal(group[0][at:upto], first=at == 0) + _branches(group, upto))
            begin = index
    if ends:
        branches.append(end)
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _shared(first: str, last: str, at: int) -> int:
    """Count the characters that two words share from `at` on."""
    count = 0
    for one, other in zip(first[at:], last[at:], strict=False):
        if one != other:
            break
        count += 1
    return count


def _literal(text: str, first: bool) -> str:
    begin = ""
    if first and _INSIDE.match(text[0]):
        begin, text = re.escape(text[0]) + _BEGINS, text[1:]
    return begin + r"\s+".join(re.escape(part) for part in text.split(" "))


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with stars for what stands at places of its folded form."""
    places = _places(text)
    letters = list(text)
    for begin, end in spans:
        covered = places[begin:end]
        for index in range(min(covered), max(covered) + 1):
            letters[index] = "*"
    return "".join(letters)


def _places(text: str) -> Sequence[int]:
    """Return for each character of the folded text the index of the character that it comes from."""
    if text.isascii():
        return range(len(text))
    line = [(letter, index) for index, letter in enumerate(text) if not _IGNORED.match(letter)]
    line = _ordered(_mapped(line, lambda letter: unicodedata.normalize("NFD", letter)))
    for _ in range(2):
        line = _mapped(line, str.casefold)
        line = _ordered(_mapped(line, lambda letter: unicodedata.normalize("NFKD", letter)))
    return [index for _, index in line]


def _mapped(line: list[tuple[str, int]], change: Callable[[str], str]) -> list[tuple[str, int]]:
    return [(one, index) for letter, index in line for one in change(letter)]


def _ordered(line: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Marks in their canonical order, as a normal form has them."""
    begin = 0
    for index in range(len(line) + 1):
        if index == len(line) or not unicodedata.combining(line[index][0]):
            if index - begin > 1:
                line[begin:index] = sorted(line[begin:index], key=lambda item: unicodedata.combining(item[0]))
            begin = index + 1
    return line
