"""The objects of direct messages that every process holds."""

from guildhall.core.notify.kinds import NoticeKind
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(notices=(NoticeKind("realm_dm", "New message", "{count} new messages"),))
