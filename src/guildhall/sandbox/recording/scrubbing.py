"""Answers as they were fetched, made into recordings without personal values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from msgspec import UNSET
from yarl import URL

from guildhall.sandbox.errors import Misread
from guildhall.sandbox.recording.folder import Recording
from guildhall.sandbox.recording.keys import KeyRules, Kind, is_secret
from guildhall.sandbox.recording.replacing import Replacements
from guildhall.sandbox.recording.walking import fields, patterns, walk

KEPT_HEADERS = re.compile(
    r"content-type|content-language|etag|cache-control|expires|last-modified|date|retry-after|link|location|vary|allow"
    r"|x-pages|x-total(-count|-pages)?|x-pagination-[a-z-]+|[a-z-]*rate-?limit[a-z-]*|[a-z-]*error-limit[a-z-]*",
)
"""Headers that matter to a client, in small letters. All others are dropped."""
_TEXT_TYPES = re.compile(r"text/|application/(xml|javascript|x-www-form-urlencoded|yaml|x-yaml|[\w.-]+\+xml)")
_ELSEWHERE = "https://elsewhere.invalid"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer as it came. `people` are parts of its address that name a person."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes
    charset: str = "utf-8"
    people: Sequence[str] = ()


class _Find:
    """Notes the personal values of a walk, and changes nothing."""

    def __init__(self, rules: KeyRules, replacements: Replacements) -> None:
        self._rules = rules
        self._replacements = replacements

    def value(self, kind: Kind, value: str) -> str:
        self._replacements.find(kind, value)
        return value

    def number(self, value: float) -> int | float:
        return value

    def text(self, key: str, value: str) -> str:
        if key and value:
            self._replacements.keep(key)
        patterns(value, key, self._rules, self._replacements.find)
        return value

    def key(self, key: str) -> str:
        patterns(key, "", self._rules, self._replacements.find)
        return key


class _Replace:
    """Replaces the personal values of a walk."""

    def __init__(self, replacements: Replacements) -> None:
        self._replacements = replacements

    def value(self, kind: Kind, value: str) -> str:
        return self._replacements.whole(value)

    def number(self, value: float) -> int | float:
        return self._replacements.number(value)

    def text(self, key: str, value: str) -> str:
        return self._replacements.inside(value)

    def key(self, key: str) -> str:
        return self._replacements.inside(key, as_key=True)


def scrub(
    answers: Sequence[Fetched], rules: KeyRules, secrets: Iterable[str] = ()
) -> tuple[list[Recording], Replacements]:
    """Return the recordings of answers, and what was replaced in them. `secrets` were sent, and are never stored.

    The values of all answers are found before any is replaced, so that one answer's names are known in the others.
    Raises Misread for an answer that cannot be stored.
    """
    replacements = Replacements()
    for secret in secrets:
        replacements.find(Kind.TOKEN, secret)
    shapes = [_shape(one) for one in answers]
    finder, replacer = _Find(rules, replacements), _Replace(replacements)
    try:
        for one, shape in zip(answers, shapes, strict=True):
            for person in one.people:
                replacements.find(Kind.NAME, person)
            patterns(str(one.url), "", rules, replacements.find)
            for name, value in _kept(one).items():
                patterns(value, name, rules, replacements.find)
            for part, value in shape.items():
                if part != "omitted":
                    walk(value, rules, finder)
                if part == "text":
                    fields(value, rules, replacements.find)
        replacements.choose()
        return [
            _recording(one, {part: walk(value, rules, replacer) if part != "omitted" else value
                             for part, value in shape.items()}, replacements)
            for one, shape in zip(answers, shapes, strict=True)
        ], replacements  # fmt: skip
    except ValueError as error:
        raise Misread(str(error)) from None


def _recording(one: Fetched, body: Mapping[str, Any], replacements: Replacements) -> Recording:
    origin = str(one.url.origin())
    headers = {}
    for name, value in _kept(one).items():
        headers[name] = replacements.inside(_without_host(value, origin) if name == "location" else value)
    return Recording(
        1,
        _stored_address(one.url, replacements),
        one.status,
        headers,
        body.get("json", UNSET),
        body.get("lines", UNSET),
        body.get("text", UNSET),
        body.get("omitted", 0),
    )


def _stored_address(url: URL, replacements: Replacements) -> str:
    """The address without secrets, with each part replaced for itself."""
    path = "/".join(_quoted(replacements.inside(unquote(segment))) for segment in url.raw_path.split("/"))
    query = "&".join(
        f"{_quoted(replacements.inside(name))}={_quoted(replacements.inside(value))}"
        for name, value in url.query.items()
        if not is_secret(name)
    )
    return f"{url.origin()}{path}" + (f"?{query}" if query else "")


def _quoted(text: str) -> str:
    return quote(text, safe="~!$'()*,:@")


def _without_host(location: str, origin: str) -> str:
    """A redirection within the API as it came, one to another host without that host."""
    target = URL(location)
    if not target.is_absolute() or str(target.origin()) == origin:
        return location
    return f"{_ELSEWHERE}{target.raw_path}"


def _kept(one: Fetched) -> dict[str, str]:
    kept = {name.lower(): value for name, value in one.headers.items() if KEPT_HEADERS.fullmatch(name.lower())}
    if "expires" not in kept:
        # It tells how far ahead Expires was, and nothing else: without it the same answers are the same bytes.
        kept.pop("date", None)
    return kept


def _shape(one: Fetched) -> dict[str, Any]:
    """The body as a recording holds it: JSON, lines of JSON, text, or the number of bytes that are none of them."""
    kind = one.headers.get("Content-Type", one.headers.get("content-type", "")).partition(";")[0].strip().lower()
    if not one.body:
        return {"text": ""}
    if "ndjson" in kind or "jsonl" in kind or "json-seq" in kind:
        lines = [_decoded(line) for line in one.body.splitlines() if line.strip()]
        if UNSET not in lines:
            return {"lines": lines}
    if "json" in kind or one.body.lstrip()[:1] in (b"{", b"["):
        value = _decoded(one.body)
        if value is not UNSET:
            return {"json": value}
    if "json" in kind or not kind or _TEXT_TYPES.match(kind):
        try:
            return {"text": one.body.decode(one.charset)}
        except (UnicodeDecodeError, LookupError):
            return {"text": one.body.decode("latin-1")} if kind else {"omitted": len(one.body)}
    return {"omitted": len(one.body)}


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return UNSET
