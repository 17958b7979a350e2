"""The rule for texts, over everything that Unicode has."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.rules.content import clean_content

MOST = 40

TEXTS = st.text(st.characters(codec="utf-8"), max_size=60) | st.text(
    st.sampled_from("a \n\r\t\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u0301é\u2028"), max_size=60
)


def clean_or_none(text: str) -> str | None:
    try:
        return clean_content(text, MOST)
    except ContentRefused:
        return None


@given(TEXTS)
@example("\u202ea\u2066b")
@example(" \u0301a")
@example("\ufb2c" * MOST)
def test_what_is_clean_stays_as_it_is(text):
    cleaned = clean_or_none(text)

    if cleaned is not None:
        assert clean_content(cleaned, MOST) == cleaned
        assert 1 <= len(cleaned) <= MOST
        assert cleaned == cleaned.strip()
        assert unicodedata.is_normalized("NFC", cleaned)
        cleaned.encode()


@given(TEXTS)
def test_a_text_that_is_refused_has_a_reason(text):
    if clean_or_none(text) is None:
        nfc = unicodedata.normalize("NFC", text)
        assert (
            len(nfc) > MOST - sum(text.count(mark) for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
            or any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\r\t" for one in text)
            or all(
                unicodedata.category(one) in ("Cc", "Cf", "Cn", "Co", "Mn", "Zs", "Zl", "Zp")
                or one in "\u115f\u1160\u2800\u3164\uffa0\ufffc\ufffd"
                for one in text
            )
        )


@given(TEXTS)
def test_directions_are_closed_at_the_end(text):
    cleaned = clean_or_none(text)

    if cleaned is not None:
        last = cleaned.rpartition("\n")[2]
        opened = sum(last.count(mark) for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
        if opened and not any(mark in text for mark in "\u202c\u2069"):
            assert last.count("\u202c") + last.count("\u2069") == opened


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  hello\r\nthere\r", "hello\nthere"),
        ("e\u0301", "é"),
        ("שלום עולם", "שלום עולם"),
        ("مرحبا", "مرحبا"),
        ("\u202egnp.exe", "\u202egnp.exe\u202c"),
        ("\u2067ab\u202ecd", "\u2067ab\u202ecd\u202c\u2069"),
        ("\u202eab\u202c cd", "\u202eab\u202c cd"),
        ("\u202eab\ncd", "\u202eab\ncd"),
        ("👩‍👩‍👧 🏳️‍🌈", "👩‍👩‍👧 🏳️‍🌈"),
        ("𝔊𝔲𝔦𝔩𝔡", "𝔊𝔲𝔦𝔩𝔡"),
        ("zero\u200bwidth", "zero\u200bwidth"),
        ("a\tb", "a\tb"),
        ("\ufffd", "\ufffd"),
    ],
)
def test_what_is_stored(text, stored):
    assert clean_content(text, MOST) == stored


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n\t", "\u200b", "\u200b \u200d\u2060\ufeff", "\u3164", "\u2800\u2800", "\u00ad", "\u034f",
        "\u202e", "\u2066\u2069", "\ufe0f", "\U000e0001\U000e0020", "\u1160", "\u2028",
        "a\x00b", "\x00", "a\x1b[2Jb", "a\x7f", "a\x85b", "a\ud83db", "x" * (MOST + 1), "é" * (MOST + 1),
        "\ufb2c" * MOST, " " * 10_000_000,
    ],
)  # fmt: skip
def test_what_is_refused(text):
    with pytest.raises(ContentRefused):
        clean_content(text, MOST)


def test_a_text_may_be_as_long_as_the_limit_in_characters_not_bytes():
    assert clean_content("🐉" * MOST, MOST) == "🐉" * MOST
