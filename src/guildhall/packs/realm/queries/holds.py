"""People whose rows are held while they join something or get something to lead."""

from uuid import UUID

from guildhall.db.query import Query

hold_self = Query(UUID, "select id from realm.users where id = $1 for no key update", UUID)
"""One's own row, before any other lock: what one person does at the same time goes one after the other."""

hold_person = Query(
    UUID, "select id from realm.users where id = $1 and server_id = $2 and is_active for key share", UUID, UUID
)
"""Somebody else's row ($1, of a server $2), before any other lock: the account does not go meanwhile."""
