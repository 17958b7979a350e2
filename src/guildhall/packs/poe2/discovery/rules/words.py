"""Queries as people write them, and the conditions that follow, as PostgreSQL reads them."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

MOST_WORDS = 16
_SHORTEST_BEGINNING = 3
"""Letters that a word must have to stand for all words that begin with it."""


class Asked(Struct, frozen=True):
    """The words of a query, and those that a build must not have."""

    words: list[str]
    unwanted: list[str]


class ReadWord(Struct, frozen=True):
    """The lexemes of a word: as it stands, and as a language has it."""

    plain: list[str]
    stemmed: list[str]


def asked_words(text: str) -> Asked:
    """Return the words of a query; those after a `-` are unwanted."""
    parts = [part for part in text.split() if any(letter.isalnum() for letter in part)]
    return Asked(
        [part for part in parts if not part.startswith("-")], [part[1:] for part in parts if part.startswith("-")]
    )


def quoted(lexeme: str) -> str:
    """Return a lexeme in the notation of a tsquery."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def any_of(conditions: Iterable[str]) -> str:
    """Return the condition that one of several holds."""
    return f"({' | '.join(conditions)})"


def all_of(conditions: Iterable[str]) -> str:
    """Return the condition that all of several hold."""
    return f"({' & '.join(conditions)})"


def word_condition(word: ReadWord, near: str = "", *, beginning: bool = False) -> str:
    """Return the condition that a build has a word. `near` goes before lexemes, `beginning` has words that begin so."""
    kinds = [word.plain] if word.stemmed in ([], word.plain) else [word.plain, word.stemmed]
    return any_of(
        all_of(
            quoted(near + lexeme) + (":*" if beginning and len(lexeme) >= _SHORTEST_BEGINNING else "")
            for lexeme in lexemes
        )
        for lexemes in kinds
    )


def facet_condition(terms: Sequence[str]) -> str:
    """Return the condition that a build has one of a facet's values."""
    return any_of(map(quoted, terms))
