"""Statements about imports: checkpoints, and rows that were set aside."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.wine.catalogue.schemas import ImportRow, Reason
from guildhall.packs.wine.ids import CatalogueImportId

_COLUMNS = (
    "i.id, i.kind, i.file_name, i.rows_done, i.added, i.changed, i.known, i.set_aside, i.started_at, i.finished_at"
)


@rows(
    ImportRow,
    f"""
    insert into wine.catalogue_imports as i (id, fingerprint, kind, file_name, started_at)
    values (:id, :fingerprint, :kind, :file_name, :now)
    on conflict (fingerprint) do update set file_name = excluded.file_name
    returning {_COLUMNS}
    """,
)
def begin_import(id: CatalogueImportId, fingerprint: bytes, kind: str, file_name: str, now: datetime) -> None:
    """Note a file, or return how far it is."""


@rows(ImportRow, f"select {_COLUMNS} from wine.catalogue_imports i where i.id = :id for update")
def locked_import(id: CatalogueImportId) -> None:
    """Lock an import and return it."""


@command("delete from wine.catalogue_rejects where import_id = :id")
def forget_rejects(id: CatalogueImportId) -> None: ...


@command(
    """
    update wine.catalogue_imports
    set rows_done = 0, added = 0, changed = 0, known = 0, set_aside = 0, started_at = :now, finished_at = null
    where id = :id
    """
)
def start_again(id: CatalogueImportId, now: datetime) -> None: ...


@command(
    """
    insert into wine.catalogue_rejects (import_id, row_number, reason)
    select :id, r.row_number, left(r.reason, 500)
    from unnest(:numbers::bigint[], :reasons::text[]) r (row_number, reason)
    on conflict do nothing
    """
)
def add_rejects(id: CatalogueImportId, numbers: list[int], reasons: list[str]) -> None: ...


@command(
    """
    update wine.catalogue_imports
    set rows_done = rows_done + :done::bigint, added = added + :added::bigint, changed = changed + :changed::bigint,
        known = known + :known::bigint, set_aside = set_aside + :set_aside::bigint
    where id = :id
    """
)
def move_on(id: CatalogueImportId, done: int, added: int, changed: int, known: int, set_aside: int) -> None:
    """Move the checkpoint over a batch."""


@rows(
    ImportRow,
    f"update wine.catalogue_imports i set finished_at = :now where i.id = :id returning {_COLUMNS}",
)
def finish_import(id: CatalogueImportId, now: datetime) -> None: ...


@rows(
    Reason,
    """
    select reason, count(*)::int as rows, min(row_number) as first_row
    from wine.catalogue_rejects where import_id = :id
    group by reason order by count(*) desc, reason limit :limit
    """,
    proven=("rows", "first_row"),
)
def reasons_of(id: CatalogueImportId, limit: int) -> None:
    """The reasons for which rows were set aside, the most frequent first."""


@rows(
    ImportRow,
    f"select {_COLUMNS} from wine.catalogue_imports i order by i.started_at desc, i.id desc limit :limit",
)
def imports(limit: int) -> None:
    """The imports, the latest first."""
