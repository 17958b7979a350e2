"""Python's garbage collector, which looks for cycles where there are hardly any."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = (20_000, 20, 50)
"""A request makes no cycles, and neither does a row: looking for them at every 700th object, which is Python's default,
is a fifth to a third of the time."""


def collect_rarely() -> None:
    """Let the collector run rarely from here on: while modules load it finds nothing and is a sixth of a start."""
    gc.set_threshold(*_RARELY)


def hold_off() -> None:
    """Let the collector rest until `settle_in`: of what a start makes, 3 in 100 objects are garbage."""
    gc.disable()


def settle_in() -> None:
    """Let the collector pass over what is here now, which stays, and run rarely."""
    gc.freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()


@contextmanager
def collected_rarely() -> Iterator[None]:
    """The same while much work is done, in a process that does other things before and after."""
    before = gc.get_threshold()
    settled = gc.get_freeze_count() > 0
    if not settled:
        gc.freeze()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not settled:
            gc.unfreeze()
