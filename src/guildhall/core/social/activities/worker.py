"""The objects of activities that workers hold."""

from guildhall.core.social.settings import SocialSettings
from guildhall.pack import WorkerPart


def _keep_months(settings: SocialSettings) -> dict[str, int]:
    return {"core.activities": settings.keep_activity_months}


WORKER = WorkerPart(keep_months=_keep_months)
