"""How much those who follow the messages take at once."""

from guildhall.core.realtime.ticks import tick_of
from guildhall.packs.realm.queries.followers import Ahead


def end_of_chunk(ahead: Ahead) -> int:
    """The tick up to which to go: whole ticks, a chunk of messages and more only for what is left of the last tick."""
    return ahead.head if ahead.last is None else tick_of(ahead.last)
