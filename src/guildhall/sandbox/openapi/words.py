"""Usual texts and numbers of fields, by their format and name."""

import re
from datetime import datetime
from uuid import UUID

_NAMES = (
    "Amber", "Birch", "Cedar", "Dagger", "Ember", "Falcon", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel",
    "Lantern", "Marble", "Nimbus", "Onyx", "Pepper", "Quartz", "Raven", "Saffron", "Thistle", "Umber", "Violet",
    "Willow", "Zephyr",
)  # fmt: skip
_WORDS = ("a", "quiet", "game", "of", "many", "moves", "that", "ends", "well", "before", "the", "next", "begins")
_COUNTRIES = ("DE", "FR", "NO", "PL", "BR", "IN", "US", "JP", "KE", "NZ")
_PARTED = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")
_TIMES = frozenset(
    ["at", "time", "date", "timestamp", "since", "until", "created", "updated", "seen", "started", "ended", "joined"]
)
_RANGES = {
    "rating": (800, 2600), "elo": (800, 2600), "mmr": (800, 6000), "level": (1, 100), "rank": (1, 5000),
    "progress": (0, 100), "percent": (0, 100), "percentage": (0, 100), "score": (0, 5000), "year": (2015, 2026),
    "age": (16, 70), "duration": (60, 3600), "seconds": (1, 3600), "page": (1, 1), "pages": (1, 9),
    "latitude": (-90, 90), "longitude": (-180, 180),
}  # fmt: skip


def number_for(name: str, format_: object, start: datetime) -> tuple[float, float]:
    """Return the usual bounds of a number: a time of 2026, in milliseconds for int64, or a rating, or a count."""
    words = _words(name)
    if words and words[-1] in _TIMES:
        thousand = 1000 if format_ == "int64" else 1
        begin = int(start.timestamp())
        return begin * thousand, (begin + 200 * 86_400) * thousand
    if words and words[-1] in _RANGES:
        return _RANGES[words[-1]]
    return (1, 999_999) if words and words[-1] == "id" else (0, 500)


def text_for(name: str, format_: object, number: int, moment: datetime) -> str:
    """Return a usual text of a field; the number decides which."""
    first, second = _NAMES[number % len(_NAMES)], _NAMES[number // len(_NAMES) % len(_NAMES)]
    of_formats = {
        "date-time": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "date": f"{moment:%Y-%m-%d}",
        "time": f"{moment:%H:%M:%S}Z",
        "duration": f"PT{number % 59 + 1}M",
        "uuid": str(UUID(int=(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4)),
        "email": f"{first.lower()}@example.com",
        "hostname": f"{first.lower()}.example.com",
        "uri": f"https://example.com/{first.lower()}",
        "url": f"https://example.com/{first.lower()}",
        "uri-reference": f"/{first.lower()}",
        "ipv4": f"192.0.2.{number % 254 + 1}",
        "ipv6": f"2001:db8::{number % 65_535 + 1:x}",
        "byte": "Z3VpbGRoYWxs",
        "binary": "",
    }
    if isinstance(format_, str) and format_ in of_formats:
        return of_formats[format_]
    words = _words(name)
    last = words[-1] if words else ""
    if last in _TIMES:
        return of_formats["date-time"]
    if last in ("id", "key", "hash", "code"):
        return f"{number:08x}"
    if last in ("url", "uri", "link", "href", "avatar", "image", "icon"):
        return of_formats["uri"]
    if last in ("country", "region", "flag"):
        return _COUNTRIES[number % len(_COUNTRIES)]
    if last in ("email", "mail"):
        return of_formats["email"]
    if last in ("username", "login", "nick", "nickname", "user", "player", "author", "owner", "by"):
        return f"{first}{second}{number % 90 + 10}"
    if last in ("description", "text", "bio", "message", "body", "comment", "summary"):
        size = 5 + number % 7
        chosen = [_WORDS[(number + place * 5) % len(_WORDS)] for place in range(size)]
        return " ".join(chosen).capitalize() + "."
    return f"{first} {second}"


def _words(name: str) -> list[str]:
    return [word.lower() for word in _PARTED.split(name) if word]
