"""The metrics of events."""

from collections.abc import Iterable

from guildhall.core.analytics.intake import Intake
from guildhall.core.analytics.recorder import Recorder
from guildhall.core.analytics.roll_ups import RollUps
from guildhall.web import metrics
from guildhall.web.exposition import Metric


def event_metrics(intake: Intake, recorder: Recorder, roll_ups: RollUps) -> Iterable[Metric]:
    """Return the counts of events, of their commits and outcomes, and how far the roll-ups are behind."""
    outcomes = {key: float(count) for key, count in list(intake.outcomes.items())}
    words = "Events of clients by outcome, and the code of a refusal"
    yield metrics.counter("guildhall_analytics_events", words, ("outcome", "code"), outcomes)
    yield metrics.counter("guildhall_analytics_written", "Events that were stored", (), {(): recorder.written})
    yield metrics.counter("guildhall_analytics_batches", "Commits of events", (), {(): recorder.batches})
    yield metrics.gauge("guildhall_analytics_waiting", "Events that wait for their commit", recorder.waiting)
    yield metrics.counter("guildhall_analytics_rolled_up", "Events counted by this process", (), {(): roll_ups.counted})
    behind = roll_ups.behind.seconds
    yield metrics.gauge("guildhall_analytics_behind_seconds", "Age of the oldest event that is not counted", behind)
