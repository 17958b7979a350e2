"""Messages to the worker about imports."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class ForgetImportRejects(Message, frozen=True):
    """Forget rows that imports have set aside long ago."""

    name: ClassVar[str] = "realm.forget_import_rejects"
    unique: ClassVar[bool] = True
