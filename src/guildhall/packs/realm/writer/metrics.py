"""The realm's metrics."""

from collections.abc import Iterable

from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.web import metrics
from guildhall.web.exposition import Metric


def writer_metrics(writer: MessageWriter) -> Iterable[Metric]:
    """Return the counts of written messages and commits, and the number of waiting messages."""
    yield metrics.counter("guildhall_realm_messages_written", "Messages that were written", (), {(): writer.written})
    yield metrics.counter("guildhall_realm_batches", "Commits of messages", (), {(): writer.batches})
    yield metrics.gauge("guildhall_realm_messages_waiting", "Messages that wait to be written", writer.waiting)
