"""JSON values and addresses, walked through with the kinds of their keys."""

import re
from collections.abc import Callable
from html import unescape
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import unquote_plus

import msgspec

from guildhall.sandbox.recording.keys import KeyRules, Kind

_MAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_IP4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_IP6 = re.compile(r"(?<![0-9A-Za-z:.])(?=[0-9a-fA-F:]*:[0-9a-fA-F:]*:)[0-9a-fA-F:]{4,39}(?![0-9A-Za-z:])")
_JWT = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?")
_BEARER = re.compile(r"\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE)
_PARAMETER = re.compile(r"[?&;]([A-Za-z0-9_.\[\]%-]{1,64})=([^&#\s\"'<>]+)")
_FIELD = re.compile(
    r"<([A-Za-z_][\w.-]{0,63})(?:\s[^<>]*)?>([^<>]{1,500})</"  # <key>value</key>
    r"|([A-Za-z_][\w.-]{0,63})\s*=\s*[\"']([^\"'<>]{1,500})[\"']"  # key="value"
    r"|[\"']([A-Za-z_][\w.-]{0,63})[\"']\s*:\s*[\"']?([^\"',{}\[\]]{1,500})"  # "key": "value", in what is no JSON
    r"|(?:^|[?&\s])([A-Za-z_][\w.-]{0,63})=([^&\s\"'<>]{1,500})"  # key=value
)
_NO_ADDRESSES = re.compile(r"version|patch|build|release", re.IGNORECASE)
_DEEPEST = 200


class Visit(Protocol):
    """The use of a walk: what becomes of each value."""

    def value(self, kind: Kind, value: str) -> str:
        """Return a personal value as it shall be."""

    def number(self, value: float) -> int | float:
        """Return a number that is not personal by its key."""

    def text(self, key: str, value: str) -> str:
        """Return a text that is not personal by its key."""

    def key(self, key: str) -> str:
        """Return a key."""


def walk(value: Any, rules: KeyRules, visit: Visit, key: str = "", kind: Kind | None = None, depth: int = 0) -> Any:
    """Return a JSON value with each leaf and key as a visit returns it. Raises ValueError if it is too deep."""
    if depth > _DEEPEST:
        raise ValueError("the answer is nested too deeply")
    if isinstance(value, dict):
        person = rules.about_a_person(key, value)
        people_as_keys = rules.has_people_as_keys(key)
        return {
            visit.value(Kind.NAME, name) if people_as_keys else visit.key(name): walk(
                item, rules, visit, name, _kind(name, person, kind, rules), depth + 1
            )
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [walk(item, rules, visit, key, kind, depth + 1) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, rules, visit, key, kind, depth)
    if kind is None:
        return visit.number(value)
    replaced = visit.value(kind, str(abs(value)))
    if replaced == str(abs(value)):
        return value
    sign = -1 if value < 0 else 1
    return sign * int(replaced) if replaced.isdigit() else float(sign)


def _kind(key: str, of_a_person: bool, above: Kind | None, rules: KeyRules) -> Kind | None:
    """The kind of what stands under a key: its own, or that of what is around it."""
    return None if rules.keeps(key) else rules.of(key, of_a_person) or above


def _text(value: str, rules: KeyRules, visit: Visit, key: str, kind: Kind | None, depth: int) -> str:
    if kind is not None:
        return visit.value(kind, value)
    if value[:1] in ("{", "[") and (inner := _json(value)) is not None:
        walked = walk(inner, rules, visit, key, None, depth + 1)
        return value if walked == inner else msgspec.json.encode(walked).decode()
    return visit.text(key, value)


def _json(text: str) -> Any:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
    return found if isinstance(found, dict | list) else None


def patterns(text: str, key: str, rules: KeyRules, found: Callable[[Kind, str], None]) -> None:
    """Report what is personal in a text by its look: mail and network addresses, tokens, parameters of addresses."""
    if "@" in text or "%40" in text:
        for mail in _MAIL.findall(text):
            found(Kind.MAIL, mail)
    if "." in text and not _NO_ADDRESSES.search(key):
        for address in _IP4.findall(text):
            _report_address(address, found)
    if text.count(":") > 1:
        for address in _IP6.findall(text):
            _report_address(address, found)
    for token in (*_JWT.findall(text), *_BEARER.findall(text)):
        found(Kind.TOKEN, token)
    if "=" in text:
        for name, value in _PARAMETER.findall(text):
            kind = rules.of_parameter(unquote_plus(name))
            if kind is not None:
                found(kind, unquote_plus(value))


def fields(text: str, rules: KeyRules, found: Callable[[Kind, str], None]) -> None:
    """Report what is personal by its key in a body that is no JSON: elements, attributes, members, pairs."""
    for match in _FIELD.finditer(text):
        key, value = (part.strip() for part in match.groups() if part is not None)
        kind = rules.of(key, of_a_person=False)
        if kind is not None and value:
            found(kind, unescape(value))


def _report_address(text: str, found: Callable[[Kind, str], None]) -> None:
    try:
        address = ip_address(text)
    except ValueError:
        return
    if not (address.is_loopback or address.is_unspecified):
        found(Kind.ADDRESS, text)
