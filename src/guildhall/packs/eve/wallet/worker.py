"""The retention of the wallet's partitioned tables."""

from collections.abc import Mapping

from guildhall.pack import WorkerPart
from guildhall.packs.eve.settings import EveSettings


def _keep_months(settings: EveSettings) -> Mapping[str, int]:
    if settings.keep_months is None:
        return {}
    return {"eve.wallet_journal": settings.keep_months, "eve.wallet_transactions": settings.keep_months}


WORKER = WorkerPart(keep_months=_keep_months)
