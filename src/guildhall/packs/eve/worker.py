"""The part of the eve pack that workers hold."""

from collections.abc import Mapping

from guildhall.core.jobs.bindings import On, daily, minutely
from guildhall.pack import WorkerPart
from guildhall.packs.eve import messages
from guildhall.packs.eve.jobs import events, sync, tokens
from guildhall.packs.eve.settings import EveSettings


def _keep_months(settings: EveSettings) -> Mapping[str, int]:
    if settings.keep_months is None:
        return {}
    return {"eve.wallet_journal": settings.keep_months, "eve.wallet_transactions": settings.keep_months}


WORKER = WorkerPart(
    messages=(
        messages.SyncCharacter,
        messages.SyncCharacters,
        messages.SyncDueCharacters,
        messages.RefreshTokens,
        messages.RevokeTokens,
        messages.SyncAffiliations,
        messages.SyncStatus,
        messages.CharacterSold,
        messages.FireAlarms,
        messages.ForgetAlarms,
        messages.ResolveNames,
    ),
    handlers=(
        *sync.HANDLERS,
        *tokens.HANDLERS,
        On(messages.FireAlarms, events.fire_alarms),
        On(messages.ForgetAlarms, events.forget_old_alarms),
        On(messages.ResolveNames, events.resolve_names),
    ),
    schedule=(
        *sync.SCHEDULE,
        *tokens.SCHEDULE,
        minutely(messages.FireAlarms(), due=events.ALARMS_DUE),
        daily(messages.ForgetAlarms(), hour=3, minute=50),
    ),
    keep_months=_keep_months,
)
