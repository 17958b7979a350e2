"""Recorded answers as a source of a stand-in."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from yarl import URL

from guildhall.sandbox.asking import Answer, Ask, Found, Refused
from guildhall.sandbox.clock import http_date
from guildhall.sandbox.recording.folder import Recording, read_recordings
from guildhall.sandbox.recording.keys import is_secret

_FIRST = {"page": ("0", "1"), "offset": ("0",), "start": ("0",), "skip": ("0",)}
"""Parameters that lead to further pages, with the values that mean the first page."""
_FURTHER = (
    *_FIRST,
    "cursor",
    "after",
    "before",
    "since",
    "until",
    "next",
    "continue",
    "page_token",
    "less_than_match_id",
)
_NEVER_SENT = frozenset({"date", "content-length", "transfer-encoding", "content-encoding", "connection"})


class Recorded:
    """The answers of a folder that `guildhall sandbox record` wrote, by path and query.

    Parameters of the query that no recording of the path has are ignored, except those for further pages; the others
    must be equal. A path that was not recorded is answered as its nearest recorded 404, or with 404 and the reason.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)

    def open(self, seed: int) -> "_OpenRecordings":
        """Read the folder. Raises Misread."""
        return _OpenRecordings(read_recordings(self._folder))


class _OpenRecordings:
    def __init__(self, recordings: list[Recording]) -> None:
        self._by_path: dict[str, list[tuple[Mapping[str, tuple[str, ...]], Recording]]] = {}
        for one in recordings:
            url = URL(one.url)
            self._by_path.setdefault(_plain(url.raw_path), []).append((_query(url), one))
        self._missing = [
            (_plain(URL(one.url).raw_path).split("/"), one) for one in recordings if one.status in (404, 410)
        ]

    def find(self, ask: Ask) -> Found | None:
        """Find the recordings of a call's path."""
        if ask.method != "GET":
            return None
        path = _plain(ask.path)
        candidates = self._by_path.get(path)
        if candidates is None:
            missing = self._nearest_missing(path)
            return None if missing is None else Found("GET (missing)", partial(_answer, missing, ask))
        return Found(f"GET {path}", partial(self._best, candidates, ask))

    def _best(self, candidates: list[tuple[Mapping[str, tuple[str, ...]], Recording]], ask: Ask) -> Answer:
        known = {name for query, _ in candidates for name in query}
        asked = {
            name: values
            for name, values in _query(URL.build(query=ask.query)).items()
            if name in known or (name.lower() in _FURTHER and values[0] not in _FIRST.get(name.lower(), ()))
        }
        for query, one in candidates:
            if query == asked:
                return _answer(one, ask)
        others = sorted("&".join(f"{name}={value}" for name, values in query.items() for value in values) or "no query"
                        for query, _ in candidates)  # fmt: skip
        raise Refused(404, f"This query was not recorded. There are recordings of this path with: {'; '.join(others)}")

    def _nearest_missing(self, path: str) -> Recording | None:
        """The 404 that was recorded at a path of the same length which differs in one segment."""
        segments = path.split("/")
        for other, one in self._missing:
            if len(other) == len(segments) and sum(a != b for a, b in zip(segments, other, strict=True)) == 1:
                return one
        return None


def _answer(one: Recording, ask: Ask) -> Answer:
    origin = str(URL(one.url).origin())
    headers = {}
    for name, value in one.headers.items():
        if name.lower() not in _NEVER_SENT:
            headers[name.title()] = _shifted(one, value, ask) if name.lower() == "expires" else _led(value, origin, ask)
    return Answer(one.body.replace(origin.encode(), ask.base.encode()), one.status, headers)


def _led(value: str, origin: str, ask: Ask) -> str:
    return value.replace(origin, ask.base)


def _shifted(one: Recording, value: str, ask: Ask) -> str:
    """An Expires that is as far from now as the recorded one was from its Date."""
    try:
        ahead = parsedate_to_datetime(value) - parsedate_to_datetime(one.headers["date"])
    except (KeyError, ValueError, TypeError):
        return value
    return http_date(ask.now + ahead.total_seconds())


def _plain(raw_path: str) -> str:
    return "/".join(unquote(segment) for segment in raw_path.split("/"))


def _query(url: URL) -> dict[str, tuple[str, ...]]:
    """The query by name, in the order of names, without what is secret."""
    names = sorted(name for name in url.query if not is_secret(name))
    return {name: tuple(url.query.getall(name)) for name in names}
