"""The word filter: what it finds however it is written, what it leaves alone, and how it masks."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.moderation.word_filter import _INSIDE, WordFilter, _places, folded_word
from guildhall.text import folded

UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u202e\u2066\ufe0f\U000e0041"
LETTERS = "abcé\u0301ßſİıÄ\u0345ﬁ𝐛ⅣЖжσςΣ나\u1102\u1161\u0323 _-.$*1²\n" + UNSEEN
texts = st.text(st.sampled_from(LETTERS), max_size=30) | st.text(max_size=30)
words = st.text(st.sampled_from("abcÄß $*_."), min_size=1, max_size=5).filter(
    lambda word: folded_word(word) is not None
)


def reference_fold(text: str) -> str:
    """D146 of the Unicode core specification on the whole text, by the library's own functions."""
    text = "".join(letter for letter in text if not _unseen(letter))
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFKD", text.casefold())


def _unseen(letter: str) -> bool:
    return bool(re.match(
        "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
        "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]",
        letter,
    ))  # fmt: skip


def inside(letter: str) -> bool:
    """Whether a character is part of words."""
    return (letter.isalnum()) or unicodedata.category(letter)[0] == "M"


def reference_found(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    """Whole words in a folded text by trying every place: the first to begin, of those the longest."""
    found, at = [], 0
    while at < len(text):
        ends = [
            match.end()
            for word in wanted
            if (match := re.compile(r"\s+".join(map(re.escape, word.split(" ")))).match(text, at))
            and not (inside(word[0]) and at and inside(text[at - 1]))
            and not (inside(word[-1]) and match.end() < len(text) and inside(text[match.end()]))
        ]
        if ends:
            found.append((at, max(ends)))
            at = max(ends)
        else:
            at += 1
    return found


@given(texts)
@settings(max_examples=300)
def test_folding_is_unicodes_caseless_match_and_every_part_knows_where_it_is_from(text):
    plain = folded(text)

    assert plain == reference_fold(text)
    places = _places(text)
    assert len(places) == len(plain)
    assert all(0 <= place < len(text) for place in places)


@given(texts, st.lists(words, max_size=6))
@settings(max_examples=500)
def test_whole_words_are_found_and_nothing_else(text, wanted):
    keys = [folded_word(word) or "" for word in wanted]
    word_filter = WordFilter((word, "mask") for word in wanted)

    found = word_filter.check(text)

    expected = reference_found(folded(text), keys)
    assert (found.action is not None) == bool(expected)
    starred = {place for begin, end in expected for place in _covered(text, begin, end)}
    assert found.content == "".join("*" if at in starred else letter for at, letter in enumerate(text))


def _covered(text: str, begin: int, end: int) -> range:
    places = _places(text)[begin:end]
    return range(min(places), max(places) + 1)


@given(texts)
def test_a_mask_keeps_the_length_and_a_filter_without_words_changes_nothing(text):
    assert len(WordFilter([("a", "mask"), ("ß", "mask")]).check(text).content) == len(text)
    assert WordFilter([]).check(text).content == text


@pytest.mark.parametrize("text", [
    "bad", "BAD", "Bad!", "it is bad.", "b\u200ba\u200dd", "\u202ebad", "ｂａｄ", "𝐛𝐚𝐝", "ba\u00add", "_bad_", "(bad)",
    "bad\ufe0f", "b\U000e0061ad",
])  # fmt: skip
def test_a_word_is_found_however_it_is_written(text):
    found = WordFilter([("bad", "block")]).check(text)

    assert (found.action, found.blocked, found.content) == ("block", ("bad",), text)


@pytest.mark.parametrize("text", ["badge", "forbad", "bad1", "bád", "ba\u0301d", "bad\u0301", "b ad", "b.a.d", "", "б"])
def test_what_is_another_word_is_left_alone(text):
    assert WordFilter([("bad", "block")]).check(text).action is None


def test_composed_and_decomposed_spellings_are_one():
    word_filter = WordFilter([("caf\u00e9", "mask"), ("Straße", "mask"), ("ﬁsh", "mask")])

    assert word_filter.check("cafe\u0301 CAFÉ strasse STRASSE fish").content == "***** **** ******* ******* ****"
    assert word_filter.check("cafe").action is None


def test_the_longest_of_those_that_begin_together_counts_and_the_strictest_action_rules():
    word_filter = WordFilter([("bad", "flag"), ("bad word", "mask"), ("bad word list", "flag"), ("worse", "block")])

    assert word_filter.check("a bad  word\nhere").content == "a *********\nhere"
    assert word_filter.check("a bad word list").flagged == ("bad word list",)
    both = word_filter.check("bad and bad word")
    assert (both.action, both.content, both.flagged) == ("mask", "bad and ********", ("bad",))
    blocked = word_filter.check("bad, worse, bad word")
    assert (blocked.action, blocked.blocked, blocked.content) == ("block", ("worse",), "bad, worse, bad word")


def test_one_word_given_twice_has_its_strictest_action():
    assert WordFilter([("Bad", "flag"), ("bad", "block"), ("BAD", "mask")]).check("bad").action == "block"


@pytest.mark.parametrize(("word", "text", "masked"), [
    ("$$$", "x$$$y", "x***y"), ("c++", "C++ and cc++", "*** and cc++"),
    ("@here", "@here @heres a@here", "***** @heres a*****"),
    ("a_b", "a_b a_bc", "*** a_bc"), ("(a", "(a (ab", "** (ab"),
])  # fmt: skip
def test_words_with_other_signs_are_whole_where_they_end_in_letters(word, text, masked):
    assert WordFilter([(word, "mask")]).check(text).content == masked


def test_words_of_nothing_are_no_words():
    assert folded_word("\u200b \u2060") is None
    assert folded_word("  \t") is None
    assert folded_word("\ufdfa" * 50) is None
    assert folded_word("  Two\n WORDS ") == "two words"
    assert WordFilter([("\u200b", "block")]).check("anything \u200b").action is None


def test_words_that_share_long_beginnings_compile():
    nested = WordFilter(("$" * count, "mask") for count in range(1, 201))

    assert nested.check("$" * 150 + " x").content == "*" * 150 + " x"


def test_every_combining_mark_of_unicode_is_inside_a_word():
    marks = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] == "M"]

    assert len(marks) > 2000
    assert [mark for mark in marks if not _INSIDE.match(mark)] == []
