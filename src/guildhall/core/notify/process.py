"""The objects of notify that web processes and workers both hold."""

from guildhall.core.notify.actions.wishes import WEBHOOK_URL
from guildhall.core.notify.exports import NOTICE_EXPORTS
from guildhall.core.notify.sender import NoticeSender
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(services=(NoticeSender,), sealed=(WEBHOOK_URL,), exports=NOTICE_EXPORTS)
