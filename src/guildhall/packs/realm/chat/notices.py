"""The kinds of notifications that the pack sends."""

from guildhall.core.notify.schemas import NoticeKind

KINDS = (
    NoticeKind("realm_dm", "New message", "{count} new messages"),
    NoticeKind("realm_mention", "You were mentioned", "You were mentioned {count} times"),
)
