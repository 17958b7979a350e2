"""Batch sizes of the message projections."""

from guildhall.core.realtime.ticks import TICKS_A_SECOND, tick_of
from guildhall.packs.realm.follow.queries.followers import Ahead

BEHIND = TICKS_A_SECOND // 2
"""Half of what a message may have to wait until it is counted and found."""


def end_of_chunk(ahead: Ahead) -> int:
    """The tick up to which to go: whole ticks, a chunk of messages and more only for what is left of the last tick."""
    return ahead.head if ahead.last is None else tick_of(ahead.last)


def is_behind(ahead: Ahead, end: int) -> bool:
    """Return whether large steps are due: small ones leave a processor to the writers, large ones are quicker."""
    return ahead.head - end > BEHIND
