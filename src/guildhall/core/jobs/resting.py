"""pgqueuer's buffers at rest: they wait for the first item, instead of looking ten times a second whether there is one.

pgqueuer has no setting for it and makes its buffers itself, so the loop of the class is replaced.
"""

import asyncio
import contextlib
import random
from typing import Any

from pgqueuer.core.buffers import TimedOverflowBuffer


async def _flush_what_comes(buffer: TimedOverflowBuffer[Any]) -> None:
    """Flush within the buffer's timeout of an item that came, until shutdown. As the original, it never raises."""
    ending = asyncio.create_task(buffer.shutdown.wait())
    try:
        while not buffer.shutdown.is_set():
            first = asyncio.create_task(buffer.events.get())
            await asyncio.wait({first, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not first.done():
                first.cancel()
                return
            buffer.events.put_nowait(first.result())  # it was only to be woken by
            with contextlib.suppress(TimeoutError):
                timeout = buffer.timeout.total_seconds() * random.uniform(0.8, 1.2)  # noqa: S311 (jitter, no secret)
                await asyncio.wait_for(buffer.shutdown.wait(), timeout)
            if not buffer.shutdown.is_set():
                await buffer.flush()
    finally:
        ending.cancel()


def rest_when_empty() -> None:
    """Make all buffers of this process rest while they are empty."""
    setattr(TimedOverflowBuffer, "periodic_flush", _flush_what_comes)  # noqa: B010 (mypy forbids to assign a method)
