"""Checks for following live topics."""

from uuid import UUID

from guildhall.db.statements import rows


@rows(UUID, "select server_id from realm.raids where id = :id")
def raid_server(id: UUID) -> None: ...


@rows(
    bool,
    "select exists (select from realm.guild_members where guild_id = :guild and user_id = :user) as there",
    proven=("there",),
)
def follows_guild(guild: UUID, user: UUID) -> None: ...


@rows(
    bool,
    "select exists (select from realm.party_members where party_id = :party and user_id = :user) as there",
    proven=("there",),
)
def follows_party(party: UUID, user: UUID) -> None: ...
