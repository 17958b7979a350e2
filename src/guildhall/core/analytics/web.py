"""The objects of events that web processes hold."""

from guildhall.core.analytics import api
from guildhall.core.analytics.intake import Intake
from guildhall.core.analytics.metrics import event_metrics
from guildhall.core.analytics.recorder import Recorder
from guildhall.core.analytics.roll_ups import RollUps
from guildhall.pack import WebPart

WEB = WebPart(
    routes=api.routes,
    provides=(RollUps, Recorder, Intake),
    metrics=event_metrics,
    larger_bodies=api.larger_bodies,
)
