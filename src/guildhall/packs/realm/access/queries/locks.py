"""Locks on people while they join something or get something to lead."""

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ServerId


@rows(UserId, "select id from realm.users where id = :id for no key update")
def lock_self(id: UserId) -> None:
    """Lock one's own row, before any other lock: what one person does at the same time goes one after the other."""


@rows(UserId, "select id from realm.users where id = :id and server_id = :server and is_active for key share")
def lock_person(id: UserId, server: ServerId) -> None:
    """Lock another user's row, on a server, before any other lock: the account does not go meanwhile."""
