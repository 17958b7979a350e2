"""Queries as people write them, and the conditions that follow, as PostgreSQL reads them."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

MOST_WORDS = 16
_SHORTEST_BEGINNING = 3
"""Letters that a word must have to stand for all words that begin with it."""


class Asked(Struct, frozen=True):
    """The words of a query, and those that a build must not have."""

    words: list[str]
    unwanted: list[str]


class ReadWord(Struct, frozen=True):
    """The lexemes of a word: as it stands, and as a language has it; and the whole in small letters."""

    plain: list[str]
    stemmed: list[str]
    lowered: str


def asked_words(text: str) -> Asked:
    """Return the words of a query; those after a `-` are unwanted."""
    parts = [part for part in text.split() if any(letter.isalnum() for letter in part)]
    return Asked(
        [part for part in parts if not part.startswith("-")], [part[1:] for part in parts if part.startswith("-")]
    )


class Has(Struct, frozen=True):
    """A build has a term; or, with `beginning`, one that begins so."""

    term: str
    beginning: bool = False


class All(Struct, frozen=True):
    """All of some conditions hold."""

    of: "tuple[Condition, ...]"


class Any(Struct, frozen=True):
    """One of some conditions holds."""

    of: "tuple[Condition, ...]"


class Not(Struct, frozen=True):
    """A condition does not hold."""

    of: "Condition"


Condition = Has | All | Any | Not


def quoted(lexeme: str) -> str:
    """Return a lexeme in the notation of a tsquery."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def any_of(conditions: Iterable[str]) -> str:
    """Return the condition that one of several holds, in the notation of a tsquery."""
    return f"({' | '.join(conditions)})"


def all_of(conditions: Iterable[str]) -> str:
    """Return the condition that all of several hold, in the notation of a tsquery."""
    return f"({' & '.join(conditions)})"


def query_of(condition: Condition) -> str:
    """Return a condition in the notation of a tsquery."""
    match condition:
        case Has(term, beginning):
            return quoted(term) + (":*" if beginning else "")
        case All(several):
            return all_of(map(query_of, several))
        case Any(several):
            return any_of(map(query_of, several))
        case Not(one):
            return f"!{query_of(one)}"


def terms_of(condition: Condition) -> Iterator[Has]:
    """Yield the terms of a condition."""
    match condition:
        case Has():
            yield condition
        case All(several) | Any(several):
            for one in several:
                yield from terms_of(one)
        case Not(one):
            yield from terms_of(one)


def word_condition(word: ReadWord, near: str = "", *, beginning: bool = False) -> Condition:
    """Return the condition that a build has a word. `near` goes before lexemes, `beginning` has words that begin so."""
    kinds = [word.plain] if word.stemmed in ([], word.plain) else [word.plain, word.stemmed]
    return Any(
        tuple(
            All(tuple(Has(near + one, beginning and len(one) >= _SHORTEST_BEGINNING) for one in lexemes))
            for lexemes in kinds
        )
    )
