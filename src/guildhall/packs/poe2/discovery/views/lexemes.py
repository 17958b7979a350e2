"""The lexemes of words and facets, which a process asks PostgreSQL for once."""

from collections import OrderedDict

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.discovery.errors import NoWords, TooManyWords
from guildhall.packs.poe2.discovery.queries import search as queries
from guildhall.packs.poe2.discovery.rules.questions import Question
from guildhall.packs.poe2.discovery.rules.words import MOST_WORDS, ReadWord, asked_words
from guildhall.packs.poe2.discovery.schemas import Wanted

_KEPT = 20_000


class Lexemes:
    """Lexemes by word and language. PostgreSQL gives the same ones each time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str | None], ReadWord] = OrderedDict()

    async def question(self, tx: Transaction, wanted: Wanted) -> Question:
        """Return the question that a search asks. Raises NoWords, TooManyWords."""
        asked = asked_words(wanted.text or "")
        if len(asked.words) + len(asked.unwanted) > MOST_WORDS:
            raise TooManyWords(most=MOST_WORDS)
        terms = [
            f"={facet.partition(' ')[0]}:{value}" for facet, values in wanted.facets.items() for value in values
        ]  # fmt: skip
        read = await self._read(tx, [*asked.words, *asked.unwanted], terms, wanted.language)
        words = [one for one in read[: len(asked.words)] if one.plain]
        unwanted = [one for one in read[len(asked.words) : len(asked.words) + len(asked.unwanted)] if one.plain]
        if wanted.text is not None and not words and not unwanted:
            raise NoWords
        lowered = iter(one.lowered for one in read[len(asked.words) + len(asked.unwanted) :])
        facets = [[next(lowered) for _ in values] for values in wanted.facets.values()]
        return Question(facets, words, unwanted, wanted.beginning, wanted.sort == "relevance")

    async def _read(
        self, tx: Transaction, words: list[str], terms: list[str], language: str | None
    ) -> list[ReadWord]:  # fmt: skip
        """Return the lexemes of words, then facets in small letters."""
        keys = [(word, language) for word in words] + [(term, "=") for term in terms]
        found = {key: self._kept[key] for key in keys if key in self._kept}
        missing = list(dict.fromkeys(key for key in keys if key not in found))
        for facets in (False, True):
            asked = [word for word, of in missing if (of == "=") is facets]
            if asked:
                got = await queries.read_words.many(tx, asked, None if facets else language)
                found |= {(word, "=" if facets else language): one for word, one in zip(asked, got, strict=True)}
        for key in keys:
            self._kept[key] = found[key]
            self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return [found[key] for key in keys]
