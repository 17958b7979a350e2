"""The metrics of live events."""

import time
from collections.abc import Iterable

from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.server import LiveServer
from guildhall.core.realtime.ticks import microseconds_of
from guildhall.web import metrics
from guildhall.web.exposition import Metric


def live_metrics(hub: Hub, server: LiveServer) -> Iterable[Metric]:
    """Return the metrics of connections, topics and delivered events."""
    yield metrics.gauge("guildhall_live_connections", "Live connections that are open", server.open)
    yield metrics.gauge(
        "guildhall_live_ahead_seconds",
        "Seconds by which the order of what happens is ahead of the clock: one has jumped",
        max(0.0, microseconds_of(hub.position) / 1e6 - time.time()),
    )
    yield metrics.gauge("guildhall_live_topics", "Topics that somebody follows here", hub.followed)
    yield metrics.counter("guildhall_live_delivered", "Events given to subscriptions", (), {(): hub.delivered})
    yield metrics.counter(
        "guildhall_live_caught_up",
        "Events read from the tables, for they were another process's",
        (),
        {(): hub.caught_up},
    )
    yield metrics.counter("guildhall_live_resyncs", "Subscriptions that a slow reader lost", (), {(): server.resyncs})
