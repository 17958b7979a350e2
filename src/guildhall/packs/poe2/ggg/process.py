"""The objects of accounts that web processes and workers both hold."""

from guildhall.core.identity.accounts.schemas import Export
from guildhall.core.notify.kinds import NoticeKind
from guildhall.pack import ProcessPart
from guildhall.packs.poe2.ggg.access import GggAccess
from guildhall.packs.poe2.ggg.oauth import PoeOAuth
from guildhall.packs.poe2.ggg.provider import providers
from guildhall.packs.poe2.ggg.refresh import Refresher
from guildhall.packs.poe2.ggg.schemas import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.packs.poe2.ggg.upstream import Ggg

_DAY = 86_400.0

PROCESS = ProcessPart(
    upstreams=(Ggg,),
    services=(PoeOAuth, Refresher, GggAccess),
    providers=providers,
    sealed=(ACCESS_TOKEN, REFRESH_TOKEN),
    exports=(
        Export(
            "poe2.accounts",
            """
            select sub, poe_account_name, scopes, state, ended_why, ended_at, forget_at, access_expires_at,
                   refresh_expires_at, linked_at, signed_in_at, refreshed_at
            from poe2.accounts where user_id = $1
            """,
        ),
    ),
    notices=(
        NoticeKind(
            "poe2_link_ended",
            "Your link with Path of Exile has ended",
            "{count} links with Path of Exile have ended",
            max_age=7 * _DAY,
            urgent=True,
        ),
        NoticeKind(
            "poe2_link_ends",
            "Your link with Path of Exile ends soon",
            "{count} links with Path of Exile end soon",
            max_age=7 * _DAY,
        ),
    ),
)
