"""Answers without an end: the limit of time does not hold for them, and they end when the server leaves."""

import asyncio
import time
from typing import Any

Scope = dict[str, Any]


class Streaming(asyncio.Event):
    """An answer without an end, begun at `since` (perf_counter); set when the server leaves."""

    def __init__(self) -> None:
        super().__init__()
        self.since = time.perf_counter()


def begin_stream(scope: Scope) -> asyncio.Event:
    """Lift the limit of time from a request, whose answer is a stream from here on.

    The event is set when the server leaves, and the stream is to end.
    """
    scope["guildhall.limit"].reschedule(None)
    scope["guildhall.streaming"] = streaming = Streaming()
    return streaming
