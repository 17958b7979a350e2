"""The contents of the panel above the log, except a raid's board."""

from collections.abc import Sequence

from rich.text import Text

from guildhall.packs.realm.terminal.commands import KEYS, USES
from guildhall.packs.realm.terminal.schemas import Channel, Found, Person, Server
from guildhall.packs.realm.terminal.text import clean, colour_of, one_line


def help_panel() -> Text:
    """The commands and the keys."""
    text = Text()
    for name, (takes, what) in USES.items():
        text.append(f"/{name} {takes}".ljust(18), style="bold cyan")
        text.append(f"{what}\n")
    for key, what in KEYS:
        text.append(key.ljust(18), style="bold green")
        text.append(f"{what}\n")
    return text


def channels_panel(channels: Sequence[Channel]) -> Text:
    """The channels that one may read."""
    text = Text()
    for one in channels:
        if one.may_read:
            text.append(f"#{one_line(one.name)}", style="bold")
            marks = [one.visibility] if one.visibility != "public" else []
            marks += [] if one.may_write else ["read only"]
            text.append(f" · {one.message_count:,} messages{''.join(f' · {mark}' for mark in marks)}")
            text.append(f" · {one_line(one.description)}\n" if one.description else "\n", style="dim")
    return text


def found_panel(words: str, found: Sequence[Found], names: dict[str, str]) -> Text:
    """Return the results of a search, the newest first. `names` are the channels' names by id."""
    text = Text(f"{len(found)} with {one_line(words)}\n", style="bold")
    for one in found:
        message = one.message
        text.append(f"{message.created_at.astimezone():%d %b %H:%M} ", style="dim")
        text.append(f"#{one_line(names.get(str(message.channel_id), '?'))} ", style="dim")
        name = message.username or "?"
        text.append(f"{one_line(name)} ", style=f"bold {colour_of(name)}")
        for part in one.parts:
            text.append(clean(part.text), style="reverse" if part.hit else "")
        text.append("\n")
    return text


def who_panel(names: Sequence[str], count: int) -> Text:
    """Return the names of the people who are here."""
    text = Text(f"{count} here: ", style="bold")
    for name in sorted(names, key=str.casefold):
        text.append(f"{one_line(name)}  ", style=colour_of(name))
    return text


def me_panel(me: Person, server: Server) -> Text:
    """One's own character."""
    return Text.assemble(
        (one_line(me.username), f"bold {colour_of(me.username)}"),
        f" · level {me.level} · {me.badge} · on {one_line(server.name)} ({server.status}, "
        f"{server.current_population:,} of {server.capacity:,} play)",
    )
