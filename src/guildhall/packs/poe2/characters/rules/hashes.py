"""Hashes by which the content of a character is told apart from what it was before."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from guildhall.packs.poe2.characters.rules.items import WornItem
from guildhall.packs.poe2.characters.rules.passives import Passives

_encode = msgspec.json.Encoder(order="sorted").encode


def items_hash(items: Sequence[WornItem]) -> str:
    """Return the hash of items: 64 hexadecimal digits, whatever their order."""
    return sha256(b"\n".join(sorted(map(_encode, items)))).hexdigest()


def passives_hash(passives: Passives) -> str:
    """Return the hash of passive nodes, weapon sets, choices and jewels."""
    return sha256(_encode(passives)).hexdigest()
