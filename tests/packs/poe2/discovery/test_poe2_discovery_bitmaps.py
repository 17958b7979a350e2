"""Bitmaps: what is stored is what was, conditions hold as of sets, and the best builds are picked in order."""

from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.poe2.discovery.rules.bitmaps import (
    BOTTOM,
    EVERY,
    SIZE,
    bands,
    bits_of,
    count,
    decoded,
    encoded,
    latest,
    map_of,
    matching,
    pick_by_number,
    pick_by_score,
    places,
    spread,
)
from guildhall.packs.poe2.discovery.rules.blocks import TOP
from guildhall.packs.poe2.discovery.rules.words import All, Any, Has, Not

CHUNKS = 3
NUMBERS = st.integers(0, CHUNKS * SIZE - 1)
DENSITIES = st.sampled_from([1, 2, 3, 10, 100, 3000])
TERMS = ("a", "b", "c")
CONDITIONS = st.recursive(
    st.sampled_from(TERMS).map(Has),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda of: All(tuple(of))),
        st.lists(inner, min_size=1, max_size=3).map(lambda of: Any(tuple(of))),
        inner.map(Not),
    ),
    max_leaves=8,
)


def numbers_in(one):
    return {(chunk * SIZE) + place for chunk, bits in enumerate(one) for place in places(bits)}


def holds(condition, has):
    match condition:
        case Has(term):
            return term in has
        case All(several):
            return all(holds(one, has) for one in several)
        case Any(several):
            return any(holds(one, has) for one in several)
        case Not(one):
            return not holds(one, has)


@given(st.sets(st.integers(0, SIZE - 1), max_size=900), st.integers(0, 3))
def test_a_chunk_is_stored_and_read_back(offsets, filled):
    bits = bits_of(offsets | set(range(filled * 400)))

    assert decoded(encoded(bits)) == bits
    assert len(encoded(bits)) <= SIZE // 8
    assert places(bits) == sorted(offsets | set(range(filled * 400)), reverse=True)


@given(CONDITIONS, st.lists(st.sets(NUMBERS, max_size=12), min_size=3, max_size=3), st.sets(NUMBERS, max_size=12))
def test_conditions_hold_as_of_sets(condition, having, more):
    everyone = set().union(more, *having)
    maps = {term: map_of(those, CHUNKS) for term, those in zip(TERMS, having, strict=True)} | {
        EVERY: map_of(everyone, CHUNKS)
    }

    expected = {
        n for n in everyone if holds(condition, {t for t, those in zip(TERMS, having, strict=True) if n in those})
    }
    assert numbers_in(matching(condition, maps)) == expected


@given(st.dictionaries(st.integers(0, 300) | st.integers(0, 10**6), st.integers(1, 5000), max_size=60))
def test_bands_grow_and_scores_of_many_are_alone(counted):
    found = bands(counted)

    assert found == sorted(set(found))
    assert set(found) <= set(counted) - {0}
    total = 0
    for score in sorted(counted, reverse=True):
        if total and counted[score] > total and counted[score] > 100 and score > 0:
            above = min(other for other in counted if other > score)
            assert above in found
            assert score in found
        total += counted[score]


@given(
    scores=st.dictionaries(NUMBERS, st.integers(0, 6) | st.integers(0, 100), max_size=150),
    dividing=st.sets(st.integers(1, 100), max_size=8),
    tied=st.booleans(),
    rows=st.integers(1, 30),
)
def test_pages_of_picked_builds_are_all_in_their_order(scores, dividing, tied, rows):
    if tied:
        scores = {number: score % 3 for number, score in scores.items()}
        dividing = {1, 2, 3}
    bounds = sorted(dividing)
    reaching = [map_of([n for n, score in scores.items() if score >= bound], CHUNKS) for bound in bounds]
    matches = map_of(scores, CHUNKS)
    ordered = sorted(((score, number) for number, score in scores.items()), reverse=True)
    seen, top = [], TOP
    while True:
        picked = pick_by_score(matches, bounds, reaching, top, rows)
        page = sorted(((scores[n], n) for n in picked.numbers if picked.floor <= (scores[n], n) < top), reverse=True)
        seen += page[:rows]
        if len(page) >= rows:
            top = page[rows - 1]
        elif picked.floor == BOTTOM:
            break
        else:
            assert picked.floor < top
            top = picked.floor

    assert seen == ordered


@given(st.sets(NUMBERS, max_size=80), st.integers(1, 30))
def test_pages_by_number_are_all_in_their_order(numbers, rows):
    matches, seen, top = map_of(numbers, CHUNKS), [], TOP
    while True:
        picked = pick_by_number(matches, top, rows)
        seen += picked.numbers
        if picked.floor == BOTTOM:
            break
        top = picked.floor

    assert seen == sorted(numbers, reverse=True)


@given(DENSITIES, st.integers(0, 10**6), st.sampled_from([20, 200]), st.integers(1, 40))
def test_a_sample_is_of_the_matches_and_from_all_of_them(every, start, most, chunks):
    those = map_of(range(start % every, chunks * SIZE, every), chunks)

    sample = spread(those, most)

    assert len(sample) == len(set(sample)) == min(most, count(those))
    assert set(sample) <= numbers_in(those)
    if count(those) > most * 4 and chunks > 1:
        middle = sum(sample) / len(sample) / (chunks * SIZE)
        assert 0.35 < middle < 0.65


def test_the_latest_come_first():
    assert latest(map_of([1, 9000, 5, SIZE * 2], CHUNKS), 3) == [SIZE * 2, 9000, 5]
