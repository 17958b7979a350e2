"""The objects of the limits of people that web processes hold."""

from collections.abc import Iterable, Sequence

from guildhall.core.limits.api import routes
from guildhall.core.limits.declaration import Limit
from guildhall.core.limits.person_limits import PersonLimits
from guildhall.core.limits.settings import LimitsSettings
from guildhall.pack import WebPart
from guildhall.web.exposition import Metric
from guildhall.web.metrics import counter, gauge


def limits(settings: LimitsSettings) -> Sequence[Limit]:
    """Return the groups that routes of every slice may be of."""
    seconds = settings.window_seconds
    return (
        Limit("read", "Requests that read", settings.read_free, settings.read_premium, seconds),
        Limit("write", "Requests that write", settings.write_free, settings.write_premium, seconds),
        Limit("search", "Searches", settings.search_free, settings.search_premium, seconds),
        Limit("upload", "Uploads", settings.upload_free, settings.upload_premium, seconds),
    )


def metrics(people: PersonLimits) -> Iterable[Metric]:
    """Return the figures of this process."""
    yield counter("guildhall_limits_refused", "Requests that a person's limit refused", (), {(): people.refused})
    yield counter("guildhall_limits_told", "Rows of counts told to the other processes", (), {(): people.told})
    yield counter("guildhall_limits_failures", "Times that counts could not be told", (), {(): people.failures})
    yield gauge("guildhall_limits_alone", "Whether this process limits people by its own count alone", people.away)


WEB = WebPart(routes=routes, provides=(PersonLimits,), metrics=metrics, limits=limits)
