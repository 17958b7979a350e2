"""The state of the pack, for operators."""

from datetime import datetime

from msgspec import Struct

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.eve.ids import CharacterId


class LivingId(Struct, frozen=True):
    """Our id and the game's of a character whose token is good."""

    id: CharacterId
    character_id: int


class CharacterLine(Struct, frozen=True):
    """A character with the state of its access, without its tokens."""

    id: CharacterId
    character_id: int
    character_name: str
    user_id: UserId
    token_state: str
    token_error: str | None
    token_expires_at: datetime
    last_sync_at: datetime | None
    failing_sections: int


class Standing(Struct, frozen=True):
    """The game's server, ESI, and the work that waits. `halts` are scopes that rest, with why."""

    online: bool | None
    players: int | None
    as_of: datetime | None
    routes_down: list[str]
    halts: dict[str, str]
    characters: dict[str, int]
    due_sections: int
    failing_sections: int
    pending_alarms: int
    late_alarms: int


@rows(
    LivingId,
    """
    select id, character_id from eve.characters
    where token_state = 'valid' and refresh_token is not null
      and (:character_ids::bigint[] is null or character_id = any(:character_ids))
    order by id
    """,
)
def living_characters(character_ids: list[int] | None) -> None: ...


@rows(
    CharacterLine,
    """
    select c.id, c.character_id, c.character_name, c.user_id, c.token_state, c.token_error, c.token_expires_at,
           c.last_sync_at,
           (select count(*) from eve.section_syncs s where s.character = c.id and s.failures > 0) as failing_sections
    from eve.characters c
    where (:user::uuid is null or c.user_id = :user) and (:token_state::text is null or c.token_state = :token_state)
    order by c.character_name, c.id
    limit :limit
    """,
    proven=("failing_sections",),
)
def character_lines(user: UserId | None, token_state: str | None, limit: int) -> None: ...


@rows(
    Standing,
    """
    select st.online, st.players, st.as_of, coalesce(st.routes_down, '{}') as routes_down,
           (select coalesce(jsonb_object_agg(scope, why), '{}') from eve.halts where until > :now) as halts,
           (select coalesce(jsonb_object_agg(token_state, n), '{}')
            from (select token_state, count(*) as n from eve.characters group by 1) c) as characters,
           (select count(*) from eve.section_syncs s join eve.characters c on c.id = s.character
            where s.due_at <= :now and c.token_state = 'valid') as due_sections,
           (select count(*) from eve.section_syncs where failures > 0) as failing_sections,
           (select count(*) from eve.alarms where state = 'pending') as pending_alarms,
           (select count(*) from eve.alarms where state = 'pending' and fire_at < :now - interval '2 minutes')
               as late_alarms
    from (select 1) one
    left join eve.server_status st on true
    """,
    proven=("routes_down", "halts", "characters", "due_sections", "failing_sections", "pending_alarms", "late_alarms"),
)
def standing(now: datetime) -> None: ...
