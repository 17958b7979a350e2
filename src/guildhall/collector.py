"""Python's garbage collector, which looks for cycles where there are hardly any, and the memory a start leaves free."""

import contextlib
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = (20_000, 20, 50)
"""A request makes no cycles, and neither does a row: looking for them at every 700th object, which is Python's default,
is a fifth to a third of the time."""


def collect_rarely() -> None:
    """Make the collector run rarely from here on: while modules load it finds nothing and is a sixth of a start."""
    gc.set_threshold(*_RARELY)


def hold_off() -> None:
    """Stop the collector until `settle_in`: of the objects that a start makes, 3 in 100 are garbage."""
    gc.disable()


def settle_in() -> None:
    """Exempt the present objects, which stay, from collection; collect rarely; give back the start's free memory."""
    give_back()
    gc.freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()


def give_back() -> None:
    """Return free memory to the system, where the C library can: glibc keeps 19 MB of a start, between what stays."""
    import ctypes  # a command that serves nothing need not load it

    with contextlib.suppress(AttributeError, TypeError, OSError):  # musl, macOS and Windows have no malloc_trim
        ctypes.CDLL(None).malloc_trim(0)


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
