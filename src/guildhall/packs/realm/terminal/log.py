"""The message log: thousands of lines, of which only those that are seen are drawn."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from textual.geometry import Size
from textual.message import Message as Signal
from textual.scroll_view import ScrollView
from textual.strip import Strip

from guildhall.packs.realm.terminal.entries import Entry, rule

_KEPT_MOST = 3000
"""Entries that are kept; the oldest go first, and come again from the server."""


class MessageLog(ScrollView, can_focus=True):
    """Stays at the end while new messages come, and where it is when somebody has scrolled up."""

    class OlderWanted(Signal):
        """The top is in sight: what is older is wanted."""

    class SeenToEnd(Signal):
        """The end is in sight."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: list[Entry] = []
        self.unread_after: UUID | None = None
        """The newest message that had been read: a line stands below it."""
        self.selected: Entry | None = None
        self._by_id: dict[UUID, Entry] = {}
        self._by_key: dict[str, Entry] = {}
        self._lines: list[Strip] = []
        self._tops: dict[int, int] = {}
        self._drawn_for = 0
        self._stale = False
        self._follow = True
        """Whether the end is to stay in sight. It is where nobody has scrolled away from it."""

    # -- what stands in it ----------------------------------------------------------------------------------------

    @property
    def newest(self) -> UUID | None:
        """The id of the newest message."""
        return max(self._by_id, default=None)

    @property
    def oldest(self) -> UUID | None:
        """The id of the oldest message."""
        return min(self._by_id, default=None)

    def find(self, identifier: UUID) -> Entry | None:
        """A message."""
        return self._by_id.get(identifier)

    def of_key(self, key: str) -> Entry | None:
        """A message of ours, by what it was sent under."""
        return self._by_key.get(key)

    def clear(self) -> None:
        """Show nothing."""
        self.entries.clear()
        self._by_id.clear()
        self._by_key.clear()
        self.unread_after = self.selected = None
        self.redraw()

    def prepend(self, found: Iterable[Entry]) -> None:
        """Add older messages, the oldest first."""
        fresh = [one for one in found if one.id is not None and one.id not in self._by_id]
        self._by_id.update((one.id, one) for one in fresh if one.id is not None)
        self.entries[:0] = fresh
        self.redraw()

    def add(self, entry: Entry) -> None:
        """Add a message as it comes, or a note. One that is there already is drawn anew.

        Messages stand in the order of ids, before those of ours that are on their way.
        """
        if entry.id is not None and (known := self._by_id.get(entry.id)) is not None:
            known.text, known.state, known.edited, known.reactions = (
                entry.text, entry.state, entry.edited, entry.reactions
            )  # fmt: skip
            self.changed(known)
            return
        at = len(self.entries)
        if entry.id is not None:
            while at and self._comes_after(self.entries[at - 1], entry.id):
                at -= 1
            self._by_id[entry.id] = entry
        if entry.key:
            self._by_key[entry.key] = entry
        self.entries.insert(at, entry)
        self.redraw()

    @staticmethod
    def _comes_after(one: Entry, identifier: UUID) -> bool:
        if one.id is None:
            return one.state in ("pending", "failed")
        return one.id > identifier

    def acknowledge(self, key: str, identifier: UUID) -> None:
        """A message of ours is durable; it may have come as an event before."""
        entry = self._by_key.pop(key, None)
        if entry is None:
            return
        self.entries.remove(entry)
        if identifier in self._by_id:
            self.redraw()
            return
        entry.id, entry.state, entry.strips = identifier, "there", None
        self.add(entry)

    def changed(self, entry: Entry) -> None:
        """Draw an entry anew."""
        entry.strips = None
        self.redraw()

    # -- selection ------------------------------------------------------------------------------------------------

    def select(self, step: int) -> None:
        """Go to the message before (-1) or behind (1) the selected one; past the newest none is selected."""
        choice = [one for one in self.entries if one.id is not None and one.kind in ("message", "system")]
        before = self.selected
        at = choice.index(before) + step if before in choice else len(choice) + min(step, 0)
        self.selected = choice[max(0, at)] if choice and at < len(choice) else None
        for one in (before, self.selected):
            if one is not None:
                one.strips = None
        self.redraw()
        if self.selected is not None:
            self.call_after_refresh(self._show, self.selected)

    def _show(self, entry: Entry) -> None:
        top = self._tops.get(id(entry))
        if top is not None and not self.scroll_offset.y <= top < self.scroll_offset.y + self.size.height - 1:
            self.scroll_to(y=max(0, top - self.size.height // 2), animate=False, immediate=True)

    # -- drawing --------------------------------------------------------------------------------------------------

    @property
    def at_end(self) -> bool:
        """True while the end of the log is visible."""
        return self.scroll_offset.y >= self.max_scroll_y - 1

    def to_end(self) -> None:
        """Scroll to the end, and stay there."""
        self._follow = True
        self.scroll_end(animate=False, immediate=True, x_axis=False)

    def redraw(self) -> None:
        """Lay everything out again, once for all that changes in this turn."""
        if not self._stale:
            self._stale = True
            self.call_next(self._lay_out)

    def _lay_out(self) -> None:
        self._stale = False
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        anchor = self._anchor()
        if self._follow and len(self.entries) > _KEPT_MOST:
            for one in self.entries[: len(self.entries) - _KEPT_MOST]:
                if one.id is not None:
                    self._by_id.pop(one.id, None)
            del self.entries[: len(self.entries) - _KEPT_MOST]
        if width != self._drawn_for:
            for one in self.entries:
                one.strips = None
            self._drawn_for = width
        self._draw(width)
        self.virtual_size = Size(width, len(self._lines))
        if self._follow:
            self.call_after_refresh(self.to_end)
        elif anchor is not None:
            self.scroll_to(y=self._tops.get(id(anchor[0]), 0) + anchor[1], animate=False, immediate=True)
        self.refresh()

    def _draw(self, width: int) -> None:
        console = self.app.console
        self._lines, self._tops = [], {}
        day: date | None = None
        unread = self.unread_after
        for entry in self.entries:
            on = entry.at.astimezone().date()
            if on != day:
                day = on
                self._lines.append(Strip(rule(f"{on:%a %d %b %Y}", width, "dim").render(console)))
            if unread is not None and entry.id is not None and entry.id > unread:
                unread = None
                self._lines.append(Strip(rule("new", width, "bold red").render(console)))
            self._tops[id(entry)] = len(self._lines)
            self._lines += entry.drawn(console, width, entry is self.selected)

    def _anchor(self) -> tuple[Entry, int] | None:
        """The entry at the top of what is seen, and how far from its first line."""
        top = self.scroll_offset.y
        found = None
        for entry in self.entries:
            at = self._tops.get(id(entry))
            if at is None:
                continue
            if at > top and found is not None:
                break
            found = (entry, top - at)
        return found

    def render_line(self, y: int) -> Strip:
        """See Textual's Widget."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        return self._lines[number].crop_extend(0, width, self.rich_style).apply_style(self.rich_style)

    def on_resize(self) -> None:
        """The lines are of another width."""
        self.redraw()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell when an end is in sight."""
        super().watch_scroll_y(old_value, new_value)
        self._follow = self.at_end
        if self.entries and new_value < 3 and new_value < old_value:
            self.post_message(self.OlderWanted())
        if self.entries and self.at_end:
            self.post_message(self.SeenToEnd())
