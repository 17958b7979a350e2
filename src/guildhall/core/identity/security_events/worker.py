"""The objects of security events that workers hold."""

from guildhall.pack import WorkerPart

WORKER = WorkerPart(keep_months=lambda settings: {"core.security_events": settings.keep_event_months})
