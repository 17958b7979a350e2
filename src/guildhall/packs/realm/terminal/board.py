"""A raid's board: the boss, the pulls, the people."""

from msgspec.structs import replace
from rich.text import Text

from guildhall.packs.realm.terminal.schemas import RaidDetails, RaidTick
from guildhall.packs.realm.terminal.text import colour_of, one_line

_SHOWN = 8
_STYLES = {"in_progress": "bold green", "wipe": "bold red", "victory": "bold yellow"}


def ticked(details: RaidDetails, tick: RaidTick) -> RaidDetails:
    """The raid as a tick says it is."""
    raid = replace(details.raid, status=tick.status, health_percentage=tick.health_percentage, phase=tick.phase)
    return replace(details, raid=raid)


def board(details: RaidDetails, width: int) -> Text:
    """The board, at most `width` wide."""
    raid = details.raid
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(one_line(raid.boss_name), style="bold")
    text.append(f" · {raid.difficulty} · {one_line(raid.name)} · led by {one_line(raid.leader_name)}\n")
    bar = max(10, min(50, width - 34))
    left = round(raid.health_percentage * bar / 100)
    text.append("█" * left, style="red")
    text.append("░" * (bar - left), style="dim")
    text.append(f" {raid.health_percentage:3d} % ", style="bold")
    text.append(raid.status.replace("_", " "), style=_STYLES.get(raid.status, ""))
    if raid.phase:
        text.append(f" · {one_line(raid.phase)}")
    if details.pulls:
        last = details.pulls[-1]
        best = min(pull.best_health for pull in details.pulls)
        text.append(f"\npull {last.number} · best {best} %", style="cyan")
    else:
        text.append("\nno pull yet", style="cyan")
    text.append(f" · {len(details.participants)} take part\n")
    for one in sorted(details.participants, key=lambda person: -person.damage_dealt - person.healing)[:_SHOWN]:
        text.append(f"{one_line(one.username):<16.16}", style=colour_of(one.username))
        text.append(f" {one.role:<6} {one.damage_dealt:>12,} dmg {one.healing:>12,} heal")
        text.append(f" {one.deaths} †\n" if one.deaths else "\n")
    for item in details.loot:
        text.append(f"{one_line(item.item)} ({item.quality})\n", style="bold yellow")
    return text
