"""The way of a live log's commits to the readers of their own process."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from guildhall.core.realtime.backplane import Backplane
from guildhall.core.realtime.frames import encode
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.live_writer import LivePending, LiveWriter
from guildhall.core.realtime.schemas import Happening, Sent

Row = TypeVar("Row")


def deliver(
    writer: LiveWriter[Row, Any], hub: Hub, backplane: Backplane, happening_of: Callable[[Row, Sent, bytes], Happening]
) -> None:
    """Wire a process's writer to its hub: subscriptions get each commit without reading it from the table.

    `happening_of` makes the event of a written row; it also gets the time of its commit as JSON.
    """

    def committed(previous: int, tick: int, written: Sequence[tuple[LivePending[Row], Sent]]) -> None:
        at = encode(written[0][1].created_at) if written else b""
        hub.committed(previous, tick, [happening_of(one.row, sent, at) for one, sent in written])

    writer.tell(
        committed,
        hub.catch_up,
        lambda: hub.access_tick,
        expect=hub.expect,
        settled=hub.settled,
        notify=not backplane.announces,
    )
