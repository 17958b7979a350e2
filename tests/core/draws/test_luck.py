"""What follows from a seed: the same everywhere and for ever, evenly, and each question by itself."""

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.draws.luck import Luck
from guildhall.core.draws.seeds import Seeds

SEED = bytes(range(32))
DOCUMENT = Path(__file__).parents[3] / "docs" / "draws.md"
seeds = st.binary(min_size=32, max_size=32)
labels = st.text(max_size=20)


def words(seed: bytes, label: str, count: int) -> list[int]:
    """The words of a label, from the text of the algorithm alone: RFC 2104 written out, and no code of ours."""
    key = seed.ljust(64, b"\0")
    inner, outer = bytes(one ^ 0x36 for one in key), bytes(one ^ 0x5C for one in key)
    found = b""
    block = 0
    while len(found) < 8 * count:
        message = label.encode() + b"\0" + block.to_bytes(8, "big")
        found += hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()
        block += 1
    return [int.from_bytes(found[8 * at : 8 * at + 8], "big") for at in range(count)]


def test_numbers_are_those_of_the_document():
    """They never change, or no outcome of before could be proven."""
    told = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert [Luck(SEED).below(label, int(count)) for label, count, _ in told] == [int(number) for *_, number in told]
    luck = Luck(SEED)
    assert [luck.below("iv", 32) for _ in range(6)] == [one % 32 for one in words(SEED, "iv", 6)]
    first = [Luck(SEED).below(label, count) for label, count in (("iv", 32), ("nature", 25), ("shiny", 4096))]
    assert first == [24, 16, 2405]


@given(seeds, labels, st.integers(1, 2**64), st.integers(1, 9))
def test_any_number_is_by_the_text_of_the_algorithm(seed, label, count, times):
    luck = Luck(seed)
    bound = 2**64 - 2**64 % count
    expected = [one % count for one in words(seed, label, 200) if one < bound][:times]
    assert [luck.below(label, count) for _ in range(times)] == expected


@given(seeds, st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_questions_do_not_disturb_each_other(seed, order):
    mixed, alone = Luck(seed), {label: Luck(seed) for label in "abc"}
    for label in order:
        assert mixed.below(label, 1000) == alone[label].below(label, 1000)


def test_all_numbers_are_equally_likely():
    """Also below counts that divide no power of two, where a modulo alone would prefer the small ones."""
    for count in (2, 3, 7, 25, 32):
        luck, rolls = Luck(SEED), 40_000
        found = Counter(luck.below("roll", count) for _ in range(rolls))
        expected = rolls / count
        square = sum((found[number] - expected) ** 2 / expected for number in range(count))
        assert square < count - 1 + 5 * (2 * (count - 1)) ** 0.5 + 5
    luck, third = Luck(SEED), 2**64 * 3 // 4
    low = sum(luck.below("large", third) < third // 2 for _ in range(20_000))
    assert abs(low - 10_000) < 5 * 5_000**0.5


def test_events_come_as_often_as_they_say():
    luck, rolls = Luck(SEED), 30_000
    happened = sum(luck.happens("rare", 3, 100) for _ in range(rolls))
    assert abs(happened - 900) < 5 * 900**0.5
    assert not luck.happens("no", 0, 5)
    assert luck.happens("yes", 5, 5)


@given(seeds, st.integers(0, 8))
def test_distinct_things_are_distinct(seed, count):
    found = Luck(seed).distinct("stats", range(8), count)
    assert len(set(found)) == len(found) == count


def test_each_set_of_distinct_things_is_equally_likely():
    luck, rolls = Luck(SEED), 20_000
    found = Counter(frozenset(luck.distinct("stats", "abcd", 2)) for _ in range(rolls))
    assert len(found) == 6
    assert all(abs(times - rolls / 6) < 5 * (rolls / 6) ** 0.5 for times in found.values())


def test_a_number_is_one_of_them():
    luck = Luck(SEED)
    assert {luck.between("b", -1, 1) for _ in range(100)} == {-1, 0, 1}
    assert luck.below("one", 1) == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda luck: luck.below("x", 0),
        lambda luck: luck.below("x", 2**64 + 1),
        lambda luck: luck.between("x", 2, 1),
        lambda luck: luck.happens("x", 2, 1),
        lambda luck: luck.happens("x", -1, 1),
        lambda luck: luck.happens("x", 0, 0),
        lambda luck: luck.distinct("x", [1], 2),
        lambda luck: luck.distinct("x", [1], -1),
    ],
)
def test_what_cannot_be_drawn_is_refused(ask):
    with pytest.raises(ValueError, match=r"drawn|happens"):
        ask(Luck(SEED))


def test_seeds_and_algorithms_that_are_none_are_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Luck(b"short")
    with pytest.raises(ValueError, match="later version"):
        Luck(SEED, 2)
    made = {Seeds().new() for _ in range(50)}
    assert len(made) == 50
    assert {len(one) for one in made} == {32}
