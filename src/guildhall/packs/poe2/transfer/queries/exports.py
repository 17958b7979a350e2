"""The rows of an export file. Each has the leftovers of the records that it was made of, as `extras`."""

from typing import Any

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.poe2.transfer.schemas import ExportedRow

_EXTRAS = """coalesce((select jsonb_agg(r.extra order by r.record_hash) from poe2.imported_records r
                     where r.user_id = :user and r.item_id = x.id and r.extra is not null), '[]') as extras"""


@rows(
    ExportedRow,
    f"""
    select jsonb_build_object(
        'title', x.title, 'description', x.description, 'character_name', x.character_name, 'league', x.league,
        'patch_version', x.patch_version, 'complexity', x.complexity, 'tags', x.tags, 'language', x.language,
        'versions', (
            select jsonb_agg(jsonb_build_object(
                'code', translate(encode(v.code, 'base64'), E'+/\\n', '-_'), 'calculator', v.calculator,
                'changes', v.changes) order by v.version_number)
            from poe2.build_versions v where v.build_template_id = x.id)
        ) as made, x.title || encode(x.content_hash, 'hex') as place, {_EXTRAS}
    from poe2.build_templates x
    where x.user_id = :user
    order by x.title collate "C", x.content_hash, x.id
    """,
    proven=("made", "place", "extras"),
    prefetch=5,
)
def exported_templates(user: UserId) -> None:
    """A person's builds with all their versions."""


@rows(
    ExportedRow,
    f"""
    select jsonb_build_object(
        'character_name', x.character_name, 'class', x.class, 'ascendancy', x.ascendancy, 'level', x.level,
        'league', x.league, 'experience', x.experience, 'stats', x.stats, 'calculated_dps',
        trim_scale(x.calculated_dps), 'calculated_ehp', trim_scale(x.calculated_ehp),
        'snapshot_at', to_char(x.snapshot_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        ) as made, x.snapshot_at::text as place, {_EXTRAS}
    from poe2.character_snapshots x
    where x.user_id = :user
    order by x.snapshot_at, x.id
    """,
    proven=("made", "place", "extras"),
)
def exported_snapshots(user: UserId) -> None:
    """A person's snapshots, the oldest first."""


@rows(
    str,
    'select distinct kind collate "C" as kind from poe2.imported_records where user_id = :user and data is not null',
    proven=("kind",),
)
def kept_kinds(user: UserId) -> None:
    """The keys under which a person has records that are kept as they are."""


@rows(
    Any,
    """
    select data from poe2.imported_records
    where user_id = :user and kind = :kind and data is not null
    order by seq
    """,
    proven=("data",),
)
def kept_records(user: UserId, kind: str) -> None:
    """The records of a key in the order in which they came, each as an array of itself alone."""
