"""A server with people who speak and read, as the tests of messages need it."""

from typing import Any

from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.testing.client import Answer
from guildhall.testing.people import Person
from guildhall.testing.product import Product
from tests.packs.realm.make import make_channel, make_player, make_server, say


class Place:
    """A server with a public channel, somebody who speaks and somebody who reads."""

    def __init__(
        self, guildhall: Product, server: ServerId, channel: ChannelId, speaker: Person, reader: Person
    ) -> None:
        self.guildhall = guildhall
        self.url = guildhall.runtime.url
        self.server = server
        self.channel = channel
        self.speaker = speaker
        self.reader = reader

    async def request(self, method: str, path: str, who: Person | None = None, **options: Any) -> Answer:
        """A request of the reader's, or of `who`; a path below the pack's."""
        person = who or self.reader
        return await self.guildhall.request(method, f"/api/v1/realm{path}", headers=person.headers, **options)

    async def get(self, path: str, who: Person | None = None, **params: Any) -> Answer:
        """GET with parameters."""
        return await self.request("GET", path, who, params={name: str(value) for name, value in params.items()})

    async def say(
        self, *contents: str, channel: ChannelId | None = None, user: UserId | None = None, **more: Any
    ) -> list[MessageId]:
        """Messages of the speaker's, or of `user`; their ids."""
        return await say(self.url, self.server, channel or self.channel, user or self.speaker.id, *contents, **more)


async def make_place(guildhall: Product, **columns: Any) -> Place:
    """A place at a running web process; keywords are columns of realm.servers."""
    url = guildhall.runtime.url
    server = await make_server(url, **columns)
    channel = await make_channel(url, server)
    return Place(guildhall, server, channel, await make_player(guildhall, server), await make_player(guildhall, server))
