"""Who may follow what."""

from uuid import UUID

from guildhall.db.query import Query

raid_server = Query(UUID, "select server_id from realm.raids where id = $1", UUID)

follows_guild = Query(
    bool,
    "select exists (select from realm.guild_members where guild_id = $1 and user_id = $2) as there",
    UUID,
    UUID,
    proven=("there",),
)

follows_party = Query(
    bool,
    "select exists (select from realm.party_members where party_id = $1 and user_id = $2) as there",
    UUID,
    UUID,
    proven=("there",),
)
