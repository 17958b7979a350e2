"""The HTTP part of the client, for single requests. Live events come through `line`."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

import aiohttp
import msgspec

from guildhall.packs.realm.terminal.addresses import Addresses, why_not
from guildhall.packs.realm.terminal.errors import NotLetIn, NotThere, Refused, Unreachable
from guildhall.packs.realm.terminal.named import the_one
from guildhall.packs.realm.terminal.schemas import (
    Card,
    Channel,
    Direct,
    FoundPage,
    Message,
    MessagePage,
    Page,
    Person,
    Problem,
    Raid,
    RaidDetails,
    SentDirect,
    Server,
    Unread,
)
from guildhall.text import folded

Kind = TypeVar("Kind")

REALM = "/api/v1/realm"
_SECONDS = aiohttp.ClientTimeout(total=20, connect=5)
_AWAY = (502, 503, 504)
"""Statuses of a proxy or a process that cannot answer; another server may."""


class ChatClient:
    """Asks the API of a realm at any of several addresses: the next one when one is dead.

    Use as an async context manager. Every method raises Unreachable, NotLetIn, Refused.
    """

    def __init__(self, addresses: Sequence[str], token: str) -> None:
        self.addresses = Addresses(addresses)
        self.token = token
        self._session: aiohttp.ClientSession | None = None
        self._names: dict[UUID, str] = {}

    async def __aenter__(self) -> "ChatClient":
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"}, timeout=_SECONDS)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections."""
        assert self._session is not None, "the client is used outside of its block"
        return self._session

    # -- who and where --------------------------------------------------------------------------------------------

    async def me(self) -> Person:
        """One's own character."""
        found = await self._get(Person, "/me")
        self._names[found.id] = found.username
        return found

    async def server(self, name: str) -> Server:
        """A server by its name, however written, its id, or the beginning of that. Raises NotThere, with all names."""
        return the_one("server", name, [one async for one in self._all(Server, "/servers")])

    async def channels(self, server_id: UUID) -> list[Channel]:
        """The open channels of a server that one may know of."""
        return [one async for one in self._all(Channel, f"/servers/{server_id}/channels")]

    async def channel(self, server_id: UUID, name: str) -> Channel:
        """A channel by its name, its id, or the beginning of that. Raises NotThere, with the names that there are."""
        found = await self.channels(server_id)
        named = [one for one in found if folded(one.name) == folded(name.removeprefix("#"))]
        if named and not named[0].may_read:
            raise NotThere(f"You may not read #{named[0].name}.")
        return the_one("channel", name.removeprefix("#"), [one for one in found if one.may_read])

    async def person(self, server_id: UUID, name: str) -> Card:
        """Find a person of a server by name. Raises NotThere."""
        page = await self._get(Page[Card], f"/servers/{server_id}/users", name=name, limit="100")
        for one in page.items:
            if folded(one.username) == folded(name):
                return one
        raise NotThere(f"There is nobody called {name!r} here.")

    async def name_of(self, user_id: UUID) -> str:
        """Return a person's name; for a person who is not shown, a part of the id."""
        if user_id not in self._names:
            try:
                self._names[user_id] = (await self._get(Person, f"/users/{user_id}")).username
            except Refused:
                self._names[user_id] = f"({user_id.hex[-6:]})"
        return self._names[user_id]

    def known_name(self, user_id: UUID) -> str | None:
        """Return a person's name if it is already known."""
        return self._names.get(user_id)

    def learn_name(self, user_id: UUID, name: str) -> None:
        """A name that came by."""
        self._names[user_id] = name

    # -- messages -------------------------------------------------------------------------------------------------

    async def history(self, channel_id: UUID, before: UUID | None = None, limit: int = 50) -> MessagePage:
        """A page of a channel, newest first."""
        return await self._get(
            MessagePage, f"/channels/{channel_id}/messages", before=str(before or ""), limit=str(limit)
        )

    async def search(self, server_id: UUID, words: str, limit: int = 20) -> FoundPage:
        """Messages with words in them, newest first."""
        return await self._get(FoundPage, f"/servers/{server_id}/search", q=words, limit=str(limit))

    async def edit(self, message_id: UUID, content: str) -> Message:
        """Change the text of one's message."""
        return await self._ask(Message, "PATCH", f"/messages/{message_id}", body={"content": content})

    async def delete(self, message_id: UUID) -> None:
        """Take a message away."""
        await self._ask(msgspec.Raw, "DELETE", f"/messages/{message_id}")

    async def react(self, message_id: UUID, reaction: str) -> None:
        """React to a message."""
        await self._ask(msgspec.Raw, "PUT", f"/messages/{message_id}/reactions/{quote(reaction, safe='')}")

    async def unread(self, server_id: UUID) -> list[Unread]:
        """Return the unread counts of a server's channels."""
        return await self._get(list[Unread], f"/servers/{server_id}/unread")

    async def mark_read(self, channel_id: UUID, message_id: UUID) -> None:
        """One has read a channel up to a message."""
        await self._ask(msgspec.Raw, "PUT", f"/channels/{channel_id}/read", body={"message_id": str(message_id)})

    async def send_direct(self, user_id: UUID, content: str, key: str) -> Direct:
        """Send a direct message; with the same key again it is sent once."""
        body = {"content": content, "client_key": key}
        return (await self._ask(SentDirect, "POST", f"/direct/{user_id}/messages", body=body)).message

    # -- raids ----------------------------------------------------------------------------------------------------

    async def raids(self, server_id: UUID, active: bool = True) -> list[Raid]:
        """The latest raids of a server."""
        params = {"active": "true"} if active else {}
        return (await self._get(Page[Raid], f"/servers/{server_id}/raids", **params)).items

    async def raid(self, raid_id: UUID) -> RaidDetails:
        """A raid with everything of it."""
        return await self._get(RaidDetails, f"/raids/{raid_id}")

    # -- the calls ------------------------------------------------------------------------------------------------

    async def _all(self, kind: type[Kind], path: str) -> AsyncIterator[Kind]:
        after = ""
        while True:
            page: Any = await self._get(Page[kind], path, after=after, limit="100")  # type: ignore[valid-type]
            for one in page.items:
                yield one
            if page.next is None:
                return
            after = page.next

    async def _get(self, kind: type[Kind], path: str, **params: str) -> Kind:
        return await self._ask(kind, "GET", path, params={name: value for name, value in params.items() if value})

    async def _ask(self, kind: type[Kind], method: str, path: str, *, params: Any = None, body: Any = None) -> Kind:
        why = ""
        for _ in range(len(self.addresses) + 1):
            address = self.addresses.current
            try:
                async with self.session.request(
                    method, f"{address}{REALM}{path}", params=params, json=body, allow_redirects=False
                ) as answer:
                    text = await answer.read()
            except (aiohttp.ClientError, OSError) as error:
                why = why_not(error)
            else:
                if answer.status not in _AWAY:
                    return _read(kind, answer.status, text)
                why = f"it answered {answer.status}"
            self.addresses.leave(address)
        raise Unreachable(f"No server answers; the last one was {address}: {why}.")


def _read(kind: type[Kind], status: int, text: bytes) -> Kind:
    """Decode an answer; `Raw` is left undecoded. Raises NotLetIn, Refused, Unreachable."""
    if status < 300:
        try:
            return msgspec.json.decode(text or b"null", type=kind)
        except msgspec.MsgspecError as error:
            raise Unreachable(f"What answers there is no realm: {error}.") from error
    try:
        problem = msgspec.json.decode(text, type=Problem)
    except msgspec.MsgspecError:
        problem = Problem(status, detail=f"The server answered {status}.")
    if status == 401 or (status == 403 and problem.code.startswith("identity.")):
        raise NotLetIn(f"The token does not open this: {problem.detail or problem.title}")
    raise Refused(status, problem.code, problem.detail or problem.title)
