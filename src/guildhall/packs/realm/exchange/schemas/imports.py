"""An import as it stands."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.packs.realm.ids import ImportId, MessageId


class ImportRow(Struct, frozen=True):
    """A row of realm.imports."""

    id: ImportId
    namespace: UUID
    first_message: MessageId | None
    last_message: MessageId | None
    words_done: UUID | None
    finished_at: datetime | None
