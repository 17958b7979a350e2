"""The objects of tokens that web processes and workers both hold."""

from guildhall.core.notify.kinds import NoticeKind
from guildhall.pack import ProcessPart
from guildhall.packs.eve.tokens.refresh import Refresher
from guildhall.packs.eve.tokens.schemas import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.packs.eve.tokens.sso import Sso

_HOUR = 3600.0

PROCESS = ProcessPart(
    services=(Sso, Refresher),
    sealed=(ACCESS_TOKEN, REFRESH_TOKEN),
    notices=(
        NoticeKind(
            "token_needs_authorisation",
            "Access to a character has ended",
            "Access to {count} characters has ended",
            max_age=72 * _HOUR,
            urgent=True,
        ),
        NoticeKind(
            "character_sold",
            "A character has another owner",
            "{count} characters have other owners",
            max_age=72 * _HOUR,
            urgent=True,
        ),
    ),
)
