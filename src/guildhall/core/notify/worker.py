"""The objects of notify that workers hold."""

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.jobs.bindings import On, daily, minutely
from guildhall.core.notify import jobs as notice_jobs
from guildhall.core.notify.messages import CleanUpNotices, DispatchNotices
from guildhall.pack import WorkerPart

WORKER = WorkerPart(
    handlers=(
        On(DispatchNotices, notice_jobs.dispatch_notices, schedule=minutely(due=notice_jobs.NOTICES_DUE)),
        On(CleanUpNotices, notice_jobs.clean_up_notices, schedule=daily(hour=3, minute=40)),
        On(AccountDeleted, notice_jobs.forget_account),
    ),
)
