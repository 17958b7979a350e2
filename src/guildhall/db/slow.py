"""Statements that take long, told in the log: the text, never the values."""

from guildhall.log import get_logger

log = get_logger(__name__)

_SHOWN = 500
"""Characters of a statement's text."""


class SlowStatements:
    """The log of slow statements. `seconds` is the limit, set once at the start of a process."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def tell(self, sql: str, took: float) -> None:
        """A statement took so many seconds, those included in which the process was busy with something else."""
        log.warning("slow_statement", seconds=round(took, 3), sql=" ".join(sql.split())[:_SHOWN])


SLOW = SlowStatements(1.0)
