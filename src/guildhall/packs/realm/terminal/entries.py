"""The entries of the log, and how they are drawn."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from rich.console import Console
from rich.text import Text
from textual.strip import Strip

from guildhall.packs.realm.terminal.schemas import Message
from guildhall.packs.realm.terminal.text import clean, colour_of, one_line

State = Literal["there", "pending", "failed", "deleted"]
_INDENT = 6
"""Columns of the time, under which nothing else stands."""


class Entry(Struct, eq=False):
    """A message, a message of ours on its way, or a note of the client's own.

    `id` is None until a message is durable; `key` is what it was sent under. A note has an `at` and a `text` alone.
    """

    at: datetime
    text: str
    who: str = ""
    id: UUID | None = None
    key: str = ""
    user_id: UUID | None = None
    kind: Literal["message", "system", "note", "direct"] = "message"
    state: State = "there"
    why: str = ""
    edited: bool = False
    reply: bool = False
    reactions: dict[str, int] = {}
    strips: list[Strip] | None = None
    """The drawn lines at the log's width; None until they are drawn."""

    @classmethod
    def of(cls, message: Message) -> "Entry":
        """Return the entry of a message."""
        return cls(
            message.created_at,
            message.content,
            message.username or "?",
            message.id,
            user_id=message.user_id,
            kind="system" if message.type == "system" else "message",
            state="deleted" if message.is_deleted else "there",
            edited=message.edited_at is not None,
            reply=message.reply_to is not None,
            reactions=dict(message.reactions),
        )

    @classmethod
    def note(cls, words: str) -> "Entry":
        """A line of the client's own."""
        return cls(datetime.now(UTC), words, kind="note")

    def drawn(self, console: Console, width: int, selected: bool) -> list[Strip]:
        """Return the drawn lines, none wider than `width`."""
        if self.strips is None:
            lines = self._text(selected).wrap(console, max(10, width - _INDENT))
            first = Text(f"{self.at.astimezone():%H:%M} ", style="reverse" if selected else "dim")
            self.strips = []
            for number, line in enumerate(lines):
                begin = first if number == 0 else Text("▌     " if selected else " " * _INDENT)
                self.strips.append(Strip(Text.assemble(begin, line, end="").render(console)))
        return self.strips

    def _text(self, selected: bool) -> Text:
        text = Text(end="")
        if self.kind == "note":
            text.append(clean(self.text), style="italic yellow")
            return text
        if self.kind == "system":
            text.append("✦ ", style="bold yellow")
        elif self.kind == "direct":
            text.append(f"✉ {one_line(self.who)} ", style="bold bright_magenta")
        else:
            text.append(one_line(self.who), style=f"bold {colour_of(self.who)}")
            text.append(" ↪ " if self.reply else " ", style="dim")
        if self.state == "deleted":
            text.append("(deleted)", style="dim italic")
            return text
        text.append(clean(self.text), style={"pending": "dim", "failed": "red"}.get(self.state, ""))
        if self.edited:
            text.append(" (edited)", style="dim")
        if self.state == "pending":
            text.append(" …", style="dim")
        if self.state == "failed":
            text.append(f" ✗ {clean(self.why)} (Ctrl+R: again)", style="bold red")
        for reaction, count in sorted(self.reactions.items()):
            if count > 0:
                text.append(f" {one_line(reaction)}{f'×{count}' if count > 1 else ''}", style="cyan")
        return text


def rule(words: str, width: int, style: str) -> Text:
    """A line across with words in it."""
    return Text(f" {words} ".center(width, "─")[:width], style=style, end="")
