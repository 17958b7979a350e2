"""Opening a process without the packs that turn out to be broken."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TypeVar

from guildhall.boot.configuration import Configuration, tell_left_out
from guildhall.boot.faults import PackFailed
from guildhall.log import get_logger

Opened = TypeVar("Opened")

log = get_logger(__name__)


async def open_without_broken(
    stack: AsyncExitStack,
    configuration: Configuration,
    open_with: Callable[[Configuration], AbstractAsyncContextManager[Opened]],
) -> tuple[Opened, Configuration]:
    """Open a process on a stack, and return it with its packs; one that fails is left out, and all is opened anew.

    Raises Misconfigured for one that fails where the settings are strict, and what `open_with` raises.
    """
    while True:
        attempt = AsyncExitStack()
        try:
            opened = await attempt.enter_async_context(open_with(configuration))
        except PackFailed as failed:
            configuration = configuration.without(failed.fault)
            tell_left_out(failed.fault)
            log.debug("pack_failed", pack=failed.fault.pack, exc_info=failed.__cause__)
            continue
        stack.push_async_exit(attempt)
        return opened, configuration
