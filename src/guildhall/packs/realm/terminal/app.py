"""The client for people: a Textual application."""

import time
from collections.abc import Awaitable
from typing import ClassVar
from uuid import UUID

from rich.text import Text
from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import AppBlur, AppFocus
from textual.widgets import Input, Static

from guildhall.packs.realm.terminal import look
from guildhall.packs.realm.terminal.client import ChatClient
from guildhall.packs.realm.terminal.commands import Mistake, parse
from guildhall.packs.realm.terminal.crowd import Crowd
from guildhall.packs.realm.terminal.doing import Doing
from guildhall.packs.realm.terminal.entries import Entry
from guildhall.packs.realm.terminal.errors import ChatError
from guildhall.packs.realm.terminal.feed import entry_of, show_event, show_refusal
from guildhall.packs.realm.terminal.happenings import (
    Acknowledged,
    Connected,
    Disconnected,
    Ended,
    Happened,
    Happening,
    Joined,
    Left,
    NotSent,
    Present,
    Typed,
)
from guildhall.packs.realm.terminal.line import BEGINNING, Line
from guildhall.packs.realm.terminal.log import MessageLog
from guildhall.packs.realm.terminal.place import Place
from guildhall.packs.realm.terminal.schemas import Channel
from guildhall.packs.realm.terminal.text import colour_of, one_line

_SIGN_SECONDS = 3.0
"""Seconds between our own signs."""
_MARK_SECONDS = 5.0
"""Seconds between two read marks: each goes to our other devices."""


class ChatApp(App[int]):
    """One window on one channel. `failure` is why it ended, when it ended by itself."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "Guildhall"
    CSS = look.CSS
    BINDINGS: ClassVar[list[BindingType]] = look.BINDINGS

    def __init__(self, client: ChatClient, server: str, channel: str) -> None:
        super().__init__()
        self.client = client
        self.failure: ChatError | None = None
        self._wanted = (server, channel)
        self.place: Place | None = None
        self.log_view = MessageLog(id="log")
        self.crowd = Crowd(client)
        self.doing: Doing | None = None
        self._state = "connecting …"
        self._signed_at = 0.0
        self._in_focus = True
        self._older = True
        self._loading = False
        self._marked: UUID | None = None
        self._marked_at = -_MARK_SECONDS

    def compose(self) -> ComposeResult:
        """See Textual's App."""
        yield Static(id="head", markup=False)
        with VerticalScroll(id="panel", can_focus=False):
            yield Static(id="panel-text", markup=False)
        with Horizontal(id="middle"):
            yield self.log_view
            yield Static(id="who", markup=False)
        yield Static(id="typing", markup=False)
        yield Input(id="say", placeholder="Say something; /help", max_length=4000)

    def on_mount(self) -> None:
        """Connect."""
        self.query_one("#say", Input).focus()
        self.set_interval(1.0, self._every_second)
        self.live()

    def on_resize(self) -> None:
        """A narrow terminal has no room for the list of people."""
        self.query_one("#who").display = self.size.width >= 70

    # -- the connection -------------------------------------------------------------------------------------------

    @work(exclusive=True, group="live")
    async def live(self) -> None:
        """Run the live connection for as long as the application runs."""
        try:
            async with self.client, Line(self.client) as line:
                me = await self.client.me()
                server = await self.client.server(self._wanted[0])
                channel = await self.client.channel(server.id, self._wanted[1])
                self.place = Place(self.client, line, me, server, channel)
                self.doing = Doing(self, self.place)
                await line.follow(f"realm.user:{me.id}")
                await self.open_channel(channel)
                while True:
                    await self._take(await line.happenings.get(), self.place)
        except ChatError as error:
            self.failure = error
            self.exit(error.exit_status, return_code=error.exit_status)

    async def open_channel(self, channel: Channel) -> None:
        """Show a channel: its newest messages, and what comes from now on. Raises ChatError."""
        place = self.place
        assert place is not None
        await place.line.unfollow(place.topic)
        place.channel = channel
        self.log_view.clear()
        self.crowd.clear()
        page = await self.client.history(channel.id)
        unread = [one for one in await self.client.unread(place.server.id) if one.channel_id == channel.id]
        self._older = page.next is not None
        self.log_view.prepend([entry_of(self.client, one) for one in reversed(page.messages)])
        self.log_view.unread_after = unread[0].last_read if unread and unread[0].unread else None
        self._marked = unread[0].last_read if unread else None
        place.fresh = True
        await place.line.follow(place.topic, page.messages[0].id if page.messages else BEGINNING)
        self._show_head()

    async def _take(self, happening: Happening, place: Place) -> None:
        """Raises ChatError only when it is over."""
        match happening:
            case Happened(topic=place.topic):
                speaker = show_event(self.log_view, self.client, happening)
                if speaker is not None:
                    self.crowd.spoke(speaker)
            case Happened():
                assert self.doing is not None
                await self.attempt(self.doing.elsewhere(happening))
            case Acknowledged():
                self.log_view.acknowledge(happening.key, happening.id)
            case NotSent():
                show_refusal(self.log_view, happening)
            case Joined(topic=place.topic):
                self.crowd.joined(happening)
                if not happening.whole and not place.fresh:
                    await self.attempt(self._look_again(place))
                place.fresh = False
                self._learn_names()
            case Present(topic=place.topic):
                self.crowd.sign(happening)
                self._learn_names()
            case Typed(topic=place.topic):
                self.crowd.typed(happening.user)
                self._learn_names()
            case Connected():
                self._state = "connected"
            case Disconnected():
                self._state = f"{one_line(happening.why)}; again in {happening.seconds:.1f} s"
                self.crowd.clear()
            case Left(topic=place.topic):
                self.note(f"You may not read #{place.channel.name} any more: {happening.detail}")
            case Left():
                self.note(happening.detail)
            case Ended():
                raise happening.error
        self._show_head()
        self._show_who()

    async def _look_again(self, place: Place) -> None:
        """Reload the newest messages: edits are not replayed after a long absence."""
        for one in reversed((await self.client.history(place.channel.id, limit=100)).messages):
            self.log_view.add(entry_of(self.client, one))

    # -- what is shown --------------------------------------------------------------------------------------------

    @work(exclusive=True, group="names")
    async def _learn_names(self) -> None:
        await self.crowd.learn_names()
        self._show_who()

    def _show_who(self) -> None:
        text = Text(no_wrap=True, overflow="ellipsis")
        for name in self.crowd.names():
            text.append(f"{one_line(name)}\n", style=colour_of(name))
        self.query_one("#who", Static).update(text)
        self.query_one("#typing", Static).update(Text(self.crowd.typing()))

    def _show_head(self) -> None:
        place, state = self.place, "●" if self._state == "connected" else f"○ {self._state} ·"
        head = state
        if place is not None:
            where = f"{one_line(place.server.name)} #{one_line(place.channel.name)}"
            head = f"{state} {where} · {self.crowd.count} here · {one_line(place.me.username)}"
        self.query_one("#head", Static).update(Text(head, no_wrap=True, overflow="ellipsis"))

    def leave(self) -> None:
        """End well."""
        self.exit(0)

    def note(self, words: str) -> None:
        """A line of our own in the log."""
        self.log_view.add(Entry.note(words))

    def show_panel(self, text: Text | None) -> None:
        """Show something above the log, or nothing."""
        panel = self.query_one("#panel")
        panel.set_class(text is not None, "shown")
        if text is not None:
            text.rstrip()
            self.query_one("#panel-text", Static).update(text)

    def _every_second(self) -> None:
        self._show_head()
        self._show_who()
        self._mark_read()

    # -- reading --------------------------------------------------------------------------------------------------

    @on(MessageLog.OlderWanted)
    def _want_older(self) -> None:
        if self._older and not self._loading and self.place is not None:
            self._loading = True
            self._load_older(self.place.channel)

    @work(group="older")
    async def _load_older(self, channel: Channel) -> None:
        try:
            page = await self.client.history(channel.id, self.log_view.oldest)
        except ChatError as error:
            self.note(str(error))
            return
        finally:
            self._loading = False
        if self.place is not None and self.place.channel is channel:
            self._older = page.next is not None
            self.log_view.prepend([entry_of(self.client, one) for one in reversed(page.messages)])

    def on_app_blur(self, _: AppBlur) -> None:
        """Mark messages that arrive from now on as new: the window has lost focus."""
        self._in_focus = False
        self.log_view.unread_after = self.log_view.newest

    def on_app_focus(self, _: AppFocus) -> None:
        """Note that the window has focus again."""
        self._in_focus = True

    def _mark_read(self) -> None:
        newest = self.log_view.newest
        if self.place is None or newest is None or not self._in_focus or not self.log_view.at_end:
            return
        now = time.monotonic()
        if now - self._marked_at > _MARK_SECONDS and (self._marked is None or newest > self._marked):
            self._marked, self._marked_at = newest, now
            self._tell_read(self.place.channel.id, newest)

    @work(exclusive=True, group="read")
    async def _tell_read(self, channel_id: UUID, newest: UUID) -> None:
        await self.attempt(self.client.mark_read(channel_id, newest))

    # -- writing --------------------------------------------------------------------------------------------------

    async def attempt(self, doing: Awaitable[None]) -> None:
        """Do something; why it failed becomes a note."""
        try:
            await doing
        except (ChatError, Mistake) as error:
            self.note(str(error))

    @on(Input.Submitted, "#say")
    def _submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text or self.doing is None:
            return
        event.input.clear()
        self._do(self.doing, text)

    @work(group="doing")
    async def _do(self, doing: Doing, text: str) -> None:
        try:
            command = parse(text)
        except Mistake as mistake:
            self.note(str(mistake))
            return
        await self.attempt(doing.say(command) if isinstance(command, str) else doing.do(command))

    @on(Input.Changed, "#say")
    async def _typed(self, event: Input.Changed) -> None:
        now = time.monotonic()
        speaks = event.value and not event.value.startswith("/")
        if speaks and self.place is not None and now - self._signed_at > _SIGN_SECONDS:
            self._signed_at = now
            await self.place.line.type(self.place.topic)

    # -- keys -----------------------------------------------------------------------------------------------------

    async def action_retry(self) -> None:
        """Send again what was not sent."""
        if self.doing is not None:
            await self.doing.retry()

    async def action_put_away(self) -> None:
        """Close the panel, select nothing, go back to writing."""
        if self.doing is not None:
            await self.doing.close()
        self.query_one("#say", Input).focus()

    def action_scroll(self, pages: int) -> None:
        """Go through the panel if there is more of it than is seen, else through the log."""
        panel = self.query_one("#panel")
        scrolled = panel if panel.has_class("shown") and panel.max_scroll_y else self.log_view
        if pages < 0:
            scrolled.scroll_page_up(animate=False)
        else:
            scrolled.scroll_page_down(animate=False)

    def action_select(self, step: int) -> None:
        """Go through the messages."""
        self.log_view.select(step)
