"""What people say in the benchmarks: the lines of a real corpus where it is there, else made-up ones."""

import gzip
import os
import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from bench.process import ROOT

CORPUS = Path(os.environ.get("GUILDHALL_BENCH_CORPUS", ROOT.parent / "shared" / "data" / "realm" / "messages.jsonl.gz"))
_MADE_UP = 200_000
_SYLLABLES = tuple(consonant + vowel for consonant in "bdfghklmnprstvwz" for vowel in "aeiou")
_EVERYDAY = (
    "the you a to and is it in that i of for on have can with but what this not just so if do get at are was my need"
)


class Words(Struct, frozen=True):
    """Words to search for."""

    rare: str
    middling: str
    common: str


class _Line(Struct):
    kind: str
    text: str


def corpus_lines() -> list[str]:
    """The corpus's lines that people wrote, in its order; empty when the corpus is not there."""
    if not CORPUS.exists():
        return []
    decode = msgspec.json.Decoder(_Line).decode
    with gzip.open(CORPUS, "rb") as lines:
        found = [decode(line) for line in lines]
    return [one.text for one in found if one.kind == "user" and 0 < len(one.text) <= 2000 and one.text.strip()]


def made_up_lines(count: int = _MADE_UP) -> list[str]:
    """Lines of everyday words among others that get rarer; the same each time."""
    dice = random.Random(7)
    everyday = _EVERYDAY.split()
    vocabulary = ["".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))) for _ in range(20_000)]

    def word() -> str:
        if dice.random() < 0.5:
            return dice.choice(everyday)
        return vocabulary[int(len(vocabulary) * dice.random() ** 4)]

    return [" ".join(word() for _ in range(dice.randint(2, 18))) for _ in range(count)]


def lines() -> list[str]:
    """The corpus, or made-up lines."""
    return corpus_lines() or made_up_lines()


WORDS = Words("zirconflask", "moonbrooch", "dragonroost")
"""Nobody says them in the corpus."""


def said(texts: Sequence[str], index: int) -> str:
    """What message number `index` says: the lines over and over, with planted words whose number is known.

    The common word is in a twelfth of all messages, the middling one in a thousandth, the rare one in 25 of 5,000,000.
    """
    text = texts[index % len(texts)]
    if index % 12 == 5:
        text = f"{text} {WORDS.common}"
    if index % 1_000 == 7:
        text = f"{text} {WORDS.middling}"
    return f"{text} {WORDS.rare}" if index % 200_000 == 11 else text
