"""The objects of realtime that workers hold."""

from guildhall.core.jobs.bindings import On, minutely
from guildhall.core.realtime import jobs as realtime_jobs
from guildhall.core.realtime.messages import ForgetLiveEvents
from guildhall.pack import WorkerPart

WORKER = WorkerPart(
    handlers=(
        On(ForgetLiveEvents, realtime_jobs.forget_events, schedule=minutely(due=realtime_jobs.EVENTS_TO_FORGET)),
    ),
)
