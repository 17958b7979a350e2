"""Stand-ins for FCM and for webhooks, with what devices show, and faults on demand."""

from guildhall.core.notify.sandbox.app import make_app, overrides

__all__ = ["make_app", "overrides"]
