"""A client of a running web process over real HTTP, and the answers it gets."""

from collections.abc import Mapping
from typing import Any, TypeVar

import aiohttp
import msgspec

from guildhall.web.problems import MEDIA_TYPE, Problem

Read = TypeVar("Read")
_MOST_PAGES = 1000


class Answer:
    """An HTTP answer, read."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self) -> str:
        return f"<Answer {self.status}: {self.body[:500]!r}>"

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return msgspec.json.decode(self.body)

    def of(self, kind: type[Read]) -> Read:
        """The body as a struct. Raises msgspec.ValidationError for another shape."""
        return msgspec.json.decode(self.body, type=kind)

    @property
    def problem(self) -> Problem:
        """The problem of a failed request. Raises AssertionError for an answer that is none."""
        assert self.headers["content-type"].startswith(MEDIA_TYPE), self
        return self.of(Problem)

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        return self.problem.code


class Client:
    """Requests to a web process, each with the same headers; redirects are not followed."""

    def __init__(self, address: str, session: aiohttp.ClientSession, headers: Mapping[str, str] | None = None) -> None:
        self.address = address
        self.session = session
        self._sent = dict(headers or {})

    @property
    def headers(self) -> dict[str, str]:
        """The headers that every request has: those of the sign-in."""
        return dict(self._sent)

    async def request(self, method: str, path: str, **options: Any) -> Answer:
        """Make any request; options are aiohttp's, such as `json` and `headers`."""
        sent = {**self._sent, **(options.pop("headers", None) or {})}
        async with self.session.request(
            method, self.address + path, headers=sent, allow_redirects=False, **options
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **options: Any) -> Answer:
        """Make a GET request."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Answer:
        """Make a POST request."""
        return await self.request("POST", path, **options)

    async def put(self, path: str, **options: Any) -> Answer:
        """Make a PUT request."""
        return await self.request("PUT", path, **options)

    async def patch(self, path: str, **options: Any) -> Answer:
        """Make a PATCH request."""
        return await self.request("PATCH", path, **options)

    async def delete(self, path: str, **options: Any) -> Answer:
        """Make a DELETE request."""
        return await self.request("DELETE", path, **options)

    async def items(self, path: str, **options: Any) -> list[Any]:
        """Return all items of a list, page by page. Raises AssertionError for an answer that is no page."""
        found: list[Any] = []
        after: str | None = None
        for _ in range(_MOST_PAGES):
            page = f"{path}{'&' if '?' in path else '?'}after={after}" if after else path
            answer = await self.get(page, **options)
            assert answer.status == 200, answer
            found += answer.json["items"]
            after = answer.json["next"]
            if after is None:
                return found
        raise AssertionError(f"{path} has more than {_MOST_PAGES} pages")
