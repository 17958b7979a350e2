"""Searches as a filter of all rows answers them, to be held against the product's."""

import random
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from guildhall.testing.client import Client

SEARCH = "/api/v1/poe2/builds/search"
SORTS = ("relevance", "new", "liked", "rated", "trending")
SCORES = {"new": "number", "liked": "likes", "rated": "rating", "trending": "trending", "relevance": "likes"}
ROWS = """
select s.build_template_id as id, s.number, s.likes, s.rating, s.trending, s.facets, tsvector_to_array(s.words) as words
from poe2.build_search s join poe2.build_templates b on b.id = s.build_template_id
where b.visibility = 'public'
"""


class Asked(Struct, frozen=True):
    """A search: words, words that must not be, values of facets, and a sort."""

    words: list[str]
    unwanted: list[str]
    facets: dict[str, list[str]]
    sort: str

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the request."""
        params: dict[str, Any] = {name: values for name, values in self.facets.items() if name != "has"}
        params |= {f"has_{value}": "true" for value in self.facets.get("has", [])}
        if text := " ".join([*self.words, *(f"-{word}" for word in self.unwanted)]):
            params["q"] = text
        return params | {"sort": self.sort}

    def scan(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows that match, in the order of the sort."""
        matching = []
        for row in rows:
            words, facets = set(row["words"]), set(row["facets"])
            if (
                words >= set(self.words)
                and not words & set(self.unwanted)
                and all({f"{name}:{v}" for v in vs} & facets for name, vs in self.facets.items() if name != "has")
                and {f"has:{v}" for v in self.facets.get("has", [])} <= facets
            ):
                matching.append((row, words >= {f"^{word}" for word in self.words}))
        matching.sort(
            key=lambda one: (self.sort == "relevance" and one[1], one[0][SCORES[self.sort]], one[0]["number"]),
            reverse=True,
        )
        return [row for row, _ in matching]


def any_search(dice: random.Random, words: Sequence[str], facets: Sequence[str], sort: str) -> Asked:
    """Return a random search of some words and facets."""
    chosen: dict[str, list[str]] = {}
    for facet in dice.sample(facets, dice.choice([0, 1, 1, 2, 3])):
        name, _, value = facet.partition(":")
        if value not in chosen.setdefault(name, []):
            chosen[name].append(value)
    said = dice.sample(words, dice.choice([0, 1, 1, 2, 3]))
    cut = len(said) - dice.choice([0, 0, 0, 1]) if len(said) > 1 or chosen else len(said)
    return Asked(said[:cut], said[cut:], chosen, sort)


async def found(client: Client, **asked: Any) -> list[str]:
    """The ids that a search finds, of all of its pages."""
    ids: list[str] = []
    after = None
    while True:
        page = await client.get(SEARCH, params=asked if after is None else {**asked, "after": after})
        assert page.status == 200, page
        assert (page.json["counts"] is None) is (after is not None)
        ids += [one["id"] for one in page.json["items"]]
        after = page.json["next"]
        if after is None:
            return ids


def check_counts(counts: dict[str, Any], expected: Sequence[dict[str, Any]]) -> None:
    """Assert that counts are those of the rows, or of some of them."""
    facets = [facet for row in expected for facet in row["facets"]]
    if counts["exact"]:
        assert counts["total"] == counts["counted"] == len(expected)
    else:
        assert counts["counted"] in (100, 200)  # by bitmaps, or block by block
        assert counts["counted"] <= len(expected)
        assert len(expected) / 4 <= counts["total"] <= len(expected) * 4
    for name, values in counts["facets"].items():
        for value in values:
            among = facets.count(f"{name}:{value['value']}")
            assert value["builds"] == among if counts["exact"] else 0 < value["builds"] <= min(among, 200)
