"""Events of a channel, put into the log."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from guildhall.packs.realm.terminal.client import ChatClient
from guildhall.packs.realm.terminal.entries import Entry
from guildhall.packs.realm.terminal.happenings import Happened, NotSent
from guildhall.packs.realm.terminal.log import MessageLog
from guildhall.packs.realm.terminal.schemas import AllGone, Edited, Gone, Message, Reacted


def entry_of(client: ChatClient, message: Message) -> Entry:
    """Return the entry of a message in the log, and learn its sender's name."""
    if message.username is not None:
        client.learn_name(message.user_id, message.username)
    return Entry.of(message)


def show_event(log: MessageLog, client: ChatClient, event: Happened) -> UUID | None:
    """Show an event; return the author of a message."""
    match event.kind:
        case "message":
            message = msgspec.json.decode(event.data, type=Message)
            log.add(entry_of(client, message))
            return message.user_id
        case "message_edited":
            edited = msgspec.json.decode(event.data, type=Edited)
            if (entry := log.find(edited.id)) is not None:
                entry.text, entry.edited = edited.content, True
                log.changed(entry)
        case "message_deleted":
            _delete(log, [msgspec.json.decode(event.data, type=Gone).id])
        case "messages_deleted":
            _delete(log, msgspec.json.decode(event.data, type=AllGone).ids)
        case "reaction_added" | "reaction_removed":
            reacted = msgspec.json.decode(event.data, type=Reacted)
            if (entry := log.find(reacted.message_id)) is not None:
                entry.reactions = {**entry.reactions, reacted.reaction: reacted.count}
                log.changed(entry)
    return None


def _delete(log: MessageLog, ids: Sequence[UUID]) -> None:
    for identifier in ids:
        if (entry := log.find(identifier)) is not None:
            entry.state = "deleted"
            log.changed(entry)


def show_refusal(log: MessageLog, refusal: NotSent) -> None:
    """Show that a message of ours was not sent, and why."""
    entry = log.of_key(refusal.key)
    if entry is not None:
        entry.state, entry.why = "failed", refusal.detail
        log.changed(entry)
