"""The part of the eve pack that workers hold."""

from collections.abc import Mapping

from guildhall.pack import WorkerPart
from guildhall.packs.eve.alarms import jobs as alarms
from guildhall.packs.eve.characters import jobs as characters
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.status import jobs as status
from guildhall.packs.eve.sync import jobs as sync
from guildhall.packs.eve.tokens import jobs as tokens
from guildhall.packs.eve.universe import jobs as universe


def _keep_months(settings: EveSettings) -> Mapping[str, int]:
    if settings.keep_months is None:
        return {}
    return {"eve.wallet_journal": settings.keep_months, "eve.wallet_transactions": settings.keep_months}


_JOBS = (sync, tokens, characters, status, alarms, universe)

WORKER = WorkerPart(
    handlers=tuple(handler for jobs in _JOBS for handler in jobs.HANDLERS),
    keep_months=_keep_months,
)
