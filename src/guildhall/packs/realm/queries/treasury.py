"""The ledgers of guilds: copper and experience."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.guilds import ExperienceGrant
from guildhall.packs.realm.schemas.treasury import GuildCheck, LedgerEntry

_ENTRY = "select id, number, user_id, kind, amount, balance_after, note, created_at from realm.guild_ledger"

ledger_page = Query(
    LedgerEntry,
    f"{_ENTRY} where guild_id = $1 and ($2::int is null or number < $2) order by number desc limit $3",
    UUID,
    int | None,
    int,
    hot=True,
)

persons_entry = Query(
    LedgerEntry,
    f"{_ENTRY} where guild_id = $1 and user_id = $2 and client_key = $3 and kind in ('deposit', 'withdrawal')",
    UUID,
    UUID,
    str,
    hot=True,
)
"""What somebody has done under a key."""

games_entry = Query(
    LedgerEntry,
    f"{_ENTRY} where guild_id = $1 and client_key = $2 and kind in ('reward', 'fee', 'import')",
    UUID,
    str,
    hot=True,
)
"""What the game has done under a key."""

withdrawn_since = Query(
    int,
    """
    select coalesce(-sum(amount), 0)::bigint as copper from realm.guild_ledger
    where guild_id = $1 and user_id = $2 and kind = 'withdrawal' and created_at > $3
    """,
    UUID,
    UUID,
    datetime,
    hot=True,
    proven=("copper",),
)

add_entry = Query(
    LedgerEntry,
    """
    insert into realm.guild_ledger (id, guild_id, number, user_id, kind, amount, balance_after, note, client_key,
                                    created_at)
    values ($1, $2, (select coalesce(max(l.number), 0) + 1 from realm.guild_ledger l where l.guild_id = $2), $3, $4, $5,
            $6, $7, $8, $9)
    returning id, number, user_id, kind, amount, balance_after, note, created_at
    """,
    UUID,
    UUID,
    UUID | None,
    str,
    int,
    int,
    str | None,
    str,
    datetime,
)
"""The guild is locked."""

set_balance = Command("update realm.guilds set treasury_balance = $2 where id = $1", UUID, int)

_GRANT = "select id, user_id, amount, total_after, level_after, created_at from realm.guild_experience"

grant_of_key = Query(ExperienceGrant, f"{_GRANT} where guild_id = $1 and client_key = $2", UUID, str, hot=True)

add_grant = Query(
    ExperienceGrant,
    """
    insert into realm.guild_experience (id, guild_id, user_id, amount, total_after, level_after, client_key, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    returning id, user_id, amount, total_after, level_after, created_at
    """,
    UUID,
    UUID,
    UUID | None,
    int,
    int,
    int,
    str | None,
    datetime,
)

set_experience = Command(
    "update realm.guilds set experience = $2, level = $3, updated_at = $4 where id = $1", UUID, int, int, datetime
)

guild_check = Query(
    GuildCheck,
    """
    select g.treasury_balance as balance, l.ledger_sum, l.last_balance_after, l.entries, l.broken_links, g.experience,
           (select coalesce(sum(x.amount), 0)::bigint from realm.guild_experience x where x.guild_id = g.id)
               as experience_sum,
           g.member_count, (select count(*)::int from realm.guild_members m where m.guild_id = g.id) as members
    from realm.guilds g
    cross join lateral (
        select coalesce(sum(e.amount), 0)::bigint as ledger_sum,
               coalesce((array_agg(e.balance_after order by e.number desc))[1], 0) as last_balance_after,
               count(*)::int as entries,
               (count(*) filter (where e.balance_after <> e.before + e.amount))::int as broken_links
        from (
            select i.number, i.amount, i.balance_after,
                   coalesce(lag(i.balance_after) over (order by i.number), 0) as before
            from realm.guild_ledger i where i.guild_id = g.id
        ) e
    ) l
    where g.id = $1
    """,
    UUID,
    proven=("ledger_sum", "last_balance_after", "entries", "broken_links", "experience_sum", "members"),
)
