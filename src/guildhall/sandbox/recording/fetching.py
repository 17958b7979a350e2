"""Fetching the answers of a game API, one at a time, at a pace that its limits allow."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from guildhall import __version__
from guildhall.sandbox.errors import Misread
from guildhall.sandbox.recording.keys import is_secret
from guildhall.sandbox.recording.scrubbing import Fetched

USER_AGENT = f"guildhall-sandbox-record/{__version__}"
_PERSON = re.compile(r"\{([^{}]*)\}")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_ASK_AGAIN = frozenset({429, 503})
_TRIES = 4
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Asking:
    """The manner of asking: headers and parameters that are sent and never stored, and the pace in seconds.

    `patience` is the longest Retry-After that is waited for, `largest` the most bytes of an answer.
    """

    headers: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    user_agent: str = USER_AGENT
    wait: float = 1.0
    patience: float = 120.0
    timeout: float = 30.0
    largest: int = 5 * 1024 * 1024

    def secrets(self, targets: Sequence["Target"]) -> list[str]:
        """Return the values that are sent and must not be stored, without the scheme of an authorization."""
        sent = [value for _, value in self.query]
        for value in self.headers.values():
            scheme, _, rest = value.partition(" ")
            sent += [rest] if rest and scheme.lower() in ("bearer", "basic", "token", "bot") else [value]
        return sent + [value for one in targets for name, value in one.url.query.items() if is_secret(name)]


@dataclass(frozen=True, slots=True)
class Target:
    """An address to ask, and the parts of it that name a person."""

    url: URL
    people: tuple[str, ...] = ()


def read_targets(texts: Sequence[str]) -> list[Target]:
    """Return the addresses of one API; `{alice}` in one names a person. Raises Misread."""
    found: dict[URL, Target] = {}
    for text in texts:
        people = tuple(unquote(one) for one in _PERSON.findall(text) if one)
        try:
            url = URL(_PERSON.sub(r"\1", text))
        except ValueError as error:
            raise Misread(f"{text!r} is no address: {error}") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise Misread(f"{text!r} is no address: it begins with http:// or https://")
        if url.user is not None or url.password is not None:
            raise Misread(f"an address must not hold a password: {url.with_user(None)}; send it with --header")
        found.setdefault(url.with_fragment(None), Target(url.with_fragment(None), people))
    if len(origins := {one.url.origin() for one in found.values()}) > 1:
        raise Misread(f"a folder holds the answers of one host, not of {' and '.join(sorted(map(str, origins)))}")
    return list(found.values())


Progress = Callable[[int, int, str], None]
"""Hears of each answer: its number, how many are wanted, and what came."""


async def fetch(targets: Sequence[Target], asking: Asking, progress: Progress) -> list[Fetched]:
    """Ask for each address in turn, and for those on the same host that redirections lead to.

    An answer of any status is one. 429 and 503 with a Retry-After are asked for again after it. Raises Misread where no
    answer comes, one is too large, or Retry-After is beyond the patience.
    """
    waiting = list(targets)
    left = _MOST_REDIRECTS
    answers: list[Fetched] = []
    headers = CIMultiDict({"User-Agent": asking.user_agent, "Accept": "application/json, */*;q=0.1"})
    headers.update(asking.headers)
    timeout = aiohttp.ClientTimeout(total=asking.timeout)
    async with aiohttp.ClientSession(
        headers=headers, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
    ) as session:
        while len(answers) < len(waiting):
            if answers:
                await asyncio.sleep(asking.wait)
            target = waiting[len(answers)]
            answer = await _patiently(session, target, asking, progress, len(answers) + 1, len(waiting))
            answers.append(answer)
            further = _redirected(answer)
            if further is not None and all(further != one.url for one in waiting) and left:
                left -= 1
                waiting.append(Target(further, target.people))
            progress(len(answers), len(waiting), f"{answer.status} {len(answer.body):,} bytes {answer.url.path}")
    return answers


async def _patiently(
    session: aiohttp.ClientSession, target: Target, asking: Asking, progress: Progress, number: int, of: int
) -> Fetched:
    for tried in range(1, _TRIES + 1):
        answer = await _once(session, target, asking)
        seconds = _retry_after(answer) if answer.status in _ASK_AGAIN else None
        if seconds is None or tried == _TRIES:
            break
        if seconds > asking.patience:
            raise Misread(
                f"{_shown(target.url)} answers {answer.status} and asks to wait for {seconds:.0f} seconds,"
                f" which is more than --patience allows ({asking.patience:.0f})"
            )
        progress(number, of, f"{answer.status}: asked to wait for {seconds:.0f} s")
        await asyncio.sleep(seconds)
    return answer


async def _once(session: aiohttp.ClientSession, target: Target, asking: Asking) -> Fetched:
    url = target.url.update_query(asking.query) if asking.query else target.url
    try:
        async with session.get(url, allow_redirects=False) as response:
            body = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > asking.largest:
                    raise Misread(f"{_shown(target.url)} has more than {asking.largest:,} bytes; --largest allows more")
            headers: dict[str, str] = {}
            for name, value in response.headers.items():
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
            return Fetched(
                target.url, response.status, headers, bytes(body), response.charset or "utf-8", target.people
            )
    except TimeoutError:
        raise Misread(f"{_shown(target.url)} does not answer within {asking.timeout:.0f} seconds") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if isinstance(error, Misread):
            raise
        raise Misread(f"{_shown(target.url)} does not answer: {error or type(error).__name__}") from None


def _redirected(answer: Fetched) -> URL | None:
    """The address on the same host that an answer leads to."""
    location = {name.lower(): value for name, value in answer.headers.items()}.get("location")
    if answer.status not in _REDIRECTS or location is None:
        return None
    try:
        url = answer.url.join(URL(location)).with_fragment(None)
        return url if url.origin() == answer.url.origin() else None
    except ValueError:
        return None


def _retry_after(answer: Fetched) -> float | None:
    """The seconds that an answer asks to wait for."""
    text = {name.lower(): value for name, value in answer.headers.items()}.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _shown(url: URL) -> str:
    """An address in a message, without its query, which may hold a key."""
    return str(url.with_query(None))
