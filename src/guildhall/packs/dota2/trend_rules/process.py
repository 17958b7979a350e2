"""The part of trend rules that web processes and workers both hold."""

from guildhall.core.identity.accounts.schemas import Export
from guildhall.pack import ProcessPart
from guildhall.packs.dota2.trend_rules.notices import HERO_TREND, PLAYER_RANK

PROCESS = ProcessPart(
    notices=(HERO_TREND, PLAYER_RANK),
    exports=(
        Export(
            "dota2.trend_rules",
            """
            select id, kind, hero_id, bracket, window_days, threshold, account_id, armed, fired_at, created_at
            from dota2.trend_rules where user_id = $1 order by id
            """,
        ),
    ),
)
