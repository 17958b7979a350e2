"""A person's place: a channel of a server."""

from guildhall.packs.realm.terminal.client import ChatClient
from guildhall.packs.realm.terminal.line import Line
from guildhall.packs.realm.terminal.schemas import Channel, Person, Server


class Place:
    """A person in a channel of a server. `fresh` until the channel's topic is followed for the first time."""

    def __init__(self, client: ChatClient, line: Line, me: Person, server: Server, channel: Channel) -> None:
        self.client = client
        self.line = line
        self.me = me
        self.server = server
        self.channel = channel
        self.fresh = True

    @property
    def topic(self) -> str:
        """The channel's topic."""
        return f"realm.channel:{self.channel.id}"
