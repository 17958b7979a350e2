"""Times as OpenDota writes them."""

from datetime import UTC, datetime


def iso(seconds: float) -> str:
    """Return unix seconds as JavaScript's toISOString writes them: 2026-01-31T12:00:00.000Z."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
