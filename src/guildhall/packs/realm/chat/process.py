"""The objects of chat that every process holds."""

from guildhall.core.notify.kinds import NoticeKind
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(notices=(NoticeKind("realm_mention", "You were mentioned", "You were mentioned {count} times"),))
