"""Statements that take long, told in the log: the text, never the values."""

from guildhall.log import get_logger

log = get_logger(__name__)

_SHOWN = 500
"""Characters of a statement's text."""


def log_slow(sql: str, took: float) -> None:
    """Log that a statement took so many seconds, those included in which the process was busy with something else."""
    log.warning("slow_statement", seconds=round(took, 3), sql=" ".join(sql.split())[:_SHOWN])
