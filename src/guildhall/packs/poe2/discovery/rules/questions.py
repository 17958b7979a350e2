"""Questions: searches whose words and facets are known as lexemes, and the conditions that follow."""

from msgspec import Struct

from guildhall.packs.poe2.discovery.rules.words import All, Any, Condition, Has, Not, ReadWord, query_of, word_condition

_ALL_BUILDS = "'=l1':*"
"""Every build has a block of likes."""


class Question(Struct, frozen=True):
    """The lexemes of a search: alternatives for each facet, words, and words that a build must not have."""

    facets: list[list[str]]
    words: list[ReadWord]
    unwanted: list[ReadWord]
    beginning: bool
    """True where the last word may be the beginning of one."""
    by_nearness: bool
    """True where builds come first that have all words near."""

    @property
    def begins(self) -> bool:
        """Return whether words are asked for by their beginnings."""
        return self.beginning and bool(self.words)

    def tiers(self) -> list[All]:
        """Return the conditions of the search, whose builds follow one another; one without parts holds for all."""
        parts: list[Condition] = [Any(tuple(map(Has, terms))) for terms in self.facets]
        parts += [Not(word_condition(one)) for one in self.unwanted]
        everywhere = self._words("")
        if not self.words or not self.by_nearness:
            return [All((*parts, *everywhere))]
        near = All(tuple(self._words("^")))
        return [All((*parts, near)), All((*parts, *everywhere, Not(near)))]

    def _words(self, near: str) -> list[Condition]:
        last = len(self.words) - 1
        return [
            word_condition(one, near, beginning=self.beginning and place == last)
            for place, one in enumerate(self.words)
        ]


def asked(condition: All) -> str:
    """Return a tier's condition as a tsquery that the index can be asked for: it says what a build has."""
    if all(isinstance(one, Not) for one in condition.of):
        return f"({query_of(condition)} & {_ALL_BUILDS})" if condition.of else _ALL_BUILDS
    return query_of(condition)
