"""An import as it stands."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class ImportRow(Struct, frozen=True):
    """A row of realm.imports."""

    id: UUID
    namespace: UUID
    first_message: UUID | None
    last_message: UUID | None
    words_done: UUID | None
    finished_at: datetime | None
