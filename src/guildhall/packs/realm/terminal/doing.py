"""The application's reactions to input: messages and commands."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

import msgspec
from rich.text import Text
from textual.geometry import Size

from guildhall.packs.realm.terminal.board import board, ticked
from guildhall.packs.realm.terminal.commands import Command, Mistake, name_and_rest
from guildhall.packs.realm.terminal.crowd import Crowd
from guildhall.packs.realm.terminal.entries import Entry
from guildhall.packs.realm.terminal.errors import NotThere
from guildhall.packs.realm.terminal.happenings import Happened
from guildhall.packs.realm.terminal.log import MessageLog
from guildhall.packs.realm.terminal.panels import channels_panel, found_panel, help_panel, me_panel, who_panel
from guildhall.packs.realm.terminal.place import Place
from guildhall.packs.realm.terminal.schemas import Channel, Direct, Mention, Raid, RaidDetails, RaidTick
from guildhall.text import folded

_LOOK_AGAIN = 0.5
"""Seconds in which what changes of a raid is gathered to one look."""


class Screen(Protocol):
    """The parts of the application that commands act on."""

    log_view: MessageLog
    crowd: Crowd

    @property
    def size(self) -> Size:
        """The size in characters."""

    def note(self, words: str) -> None:
        """Add a line of our own to the log."""

    def show_panel(self, text: Text | None) -> None:
        """Show something above the log, or nothing."""

    async def attempt(self, doing: Awaitable[None]) -> None:
        """Do something; why it failed becomes a note."""

    async def open_channel(self, channel: Channel) -> None:
        """Go to a channel of the server."""

    def leave(self) -> None:
        """End the application."""


class Doing:
    """Every method raises ChatError and Mistake, whose words are for the person."""

    def __init__(self, app: Screen, place: Place) -> None:
        self._app = app
        self._place = place
        self._client = place.client
        self._line = place.line
        self._raid: RaidDetails | None = None
        self._looking: asyncio.Task[None] | None = None

    async def say(self, text: str, reply_to: Entry | None = None) -> None:
        """Send a message to the channel; it is shown at once, as pending."""
        key = uuid4().hex
        me = self._place.me
        log = self._app.log_view
        log.unread_after = None
        log.add(
            Entry(
                datetime.now(UTC), text, me.username, key=key, user_id=me.id, state="pending",
                reply=reply_to is not None,
            )
        )  # fmt: skip
        log.to_end()
        target = reply_to.id if reply_to is not None else None
        await self._line.send(self._place.channel.id, text, key=key, reply_to=target)

    async def retry(self) -> None:
        """Send again what was not sent, under the keys that it had."""
        for entry in [one for one in self._app.log_view.entries if one.state == "failed"]:
            entry.state = "pending"
            self._app.log_view.changed(entry)
            await self._line.again(entry.key)

    async def close(self) -> None:
        """Close the panel, select nothing."""
        log = self._app.log_view
        self._app.show_panel(None)
        if log.selected is not None:
            log.selected.strips, log.selected = None, None
            log.redraw()
        await self._leave_raid()

    async def do(self, command: Command) -> None:
        """Do a command."""
        app, place, rest = self._app, self._place, command.rest
        match command.name:
            case "help":
                app.show_panel(help_panel())
            case "who":
                app.show_panel(who_panel(app.crowd.names(), app.crowd.count))
            case "me":
                me, server = await self._client.me(), await self._client.server(str(place.server.id))
                app.show_panel(me_panel(me, server))
            case "channels":
                app.show_panel(channels_panel(await self._client.channels(place.server.id)))
            case "join":
                await app.open_channel(await self._client.channel(place.server.id, rest))
            case "search":
                page = await self._client.search(place.server.id, rest)
                names = {str(one.id): one.name for one in await self._client.channels(place.server.id)}
                app.show_panel(found_panel(rest, page.found, names))
            case "msg":
                await self._whisper(*name_and_rest(rest))
            case "reply":
                await self.say(rest, self._target(own=False))
            case "edit":
                await self._client.edit(_id_of(self._target(own=True)), rest)
            case "delete":
                await self._client.delete(_id_of(self._target(own=True)))
            case "react":
                await self._client.react(_id_of(self._target(own=False)), rest)
            case "retry":
                await self.retry()
            case "raid":
                await self._watch(rest)
            case "close":
                await self.close()
            case "quit":
                app.leave()

    def _target(self, own: bool) -> Entry:
        """The selected message, or the last one; `own` for the last of one's own."""
        log = self._app.log_view
        if log.selected is not None:
            return log.selected
        for entry in reversed(log.entries):
            mine = entry.user_id == self._place.me.id
            if entry.id is not None and entry.state == "there" and entry.kind == "message" and (mine or not own):
                return entry
        raise Mistake("There is no message to do this to.")

    async def _whisper(self, name: str, text: str) -> None:
        person = await self._client.person(self._place.server.id, name)
        self._client.learn_name(person.id, person.username)
        await self._client.send_direct(person.id, text, uuid4().hex)  # it comes back by our own inbox

    # -- what comes from elsewhere than the channel ---------------------------------------------------------------

    async def elsewhere(self, event: Happened) -> None:
        """Show an event of our own inbox, or of the raid that is watched."""
        if event.kind == "direct_message":
            direct = msgspec.json.decode(event.data, type=Direct)
            mine = direct.from_user_id == self._place.me.id
            name = await self._client.name_of(direct.to_user_id if mine else direct.from_user_id)
            who = f"to {name}" if mine else name
            self._app.log_view.add(Entry(datetime.now(UTC), direct.content, who, kind="direct"))
        elif event.kind == "mention":
            mention = msgspec.json.decode(event.data, type=Mention)
            if mention.channel_id != self._place.channel.id:
                channel = await self._client.channel(self._place.server.id, str(mention.channel_id))
                self._app.note(f"{mention.username} mentioned you in #{channel.name}")
        elif event.kind == "raid_tick" and self._raid is not None and self._is_watched(event.topic):
            self._raid = ticked(self._raid, msgspec.json.decode(event.data, type=RaidTick))
            self._show_raid()
        elif event.topic.startswith("realm.raid:") and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._app.attempt(self._look()))

    # -- raids ----------------------------------------------------------------------------------------------------

    def _is_watched(self, topic: str) -> bool:
        return self._raid is not None and topic == f"realm.raid:{self._raid.raid.id}"

    async def _watch(self, name: str) -> None:
        server = self._place.server.id
        raid = _chosen(name, await self._client.raids(server) or await self._client.raids(server, active=False))
        await self._leave_raid()
        self._raid = await self._client.raid(raid.id)
        await self._line.follow(f"realm.raid:{raid.id}")
        self._show_raid()

    async def _leave_raid(self) -> None:
        if self._raid is not None:
            await self._line.unfollow(f"realm.raid:{self._raid.raid.id}")
            self._raid = None

    async def _look(self) -> None:
        """See how the watched raid is, after a moment in which more may have changed."""
        await asyncio.sleep(_LOOK_AGAIN)
        if self._raid is not None:
            watched = self._raid.raid.id
            found = await self._client.raid(watched)
            if self._is_watched(f"realm.raid:{watched}"):
                self._raid = found
                self._show_raid()

    def _show_raid(self) -> None:
        if self._raid is not None:
            self._app.show_panel(board(self._raid, self._app.size.width - 4))


def _chosen(name: str, raids: Sequence[Raid]) -> Raid:
    """The raid of that name or boss; without a name the one in progress, else the newest. Raises NotThere."""
    wanted = folded(name)
    for one in raids:
        if wanted and wanted in (str(one.id), folded(one.name), folded(one.boss_name), one.external_id or ""):
            return one
    running = [one for one in raids if one.status == "in_progress"]
    if wanted or not raids:
        names = ", ".join(one.name for one in raids[:10])
        raise NotThere(f"There is no such raid; there are: {names or 'none'}.")
    return (running or list(raids))[0]


def _id_of(entry: Entry) -> UUID:
    assert entry.id is not None, "what is chosen stands in the channel"
    return entry.id
