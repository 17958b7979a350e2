"""Heroes and patches."""

from datetime import datetime
from typing import Any

from guildhall.db.statements import command, rows
from guildhall.packs.dota2.heroes.schemas import HeroConstant, PatchRow


@rows(
    HeroConstant,
    """
    select hero_id, name, localized_name, primary_attr, attack_type, roles, img, icon, updated_at
    from dota2.hero_constants
    order by hero_id
    """,
)
def hero_constants() -> None: ...


@rows(tuple[int, str], "select hero_id, localized_name from dota2.hero_constants")
def hero_names() -> None: ...


@rows(datetime | None, "select max(updated_at) as updated_at from dota2.hero_constants")
def constants_synced_at() -> None: ...


@command(
    """
    insert into dota2.hero_constants
        (hero_id, name, localized_name, primary_attr, attack_type, roles, img, icon, raw, updated_at)
    select u.*, :updated_at
    from unnest(:heroes::smallint[], :names::text[], :localized_names::text[], :primary_attrs::text[],
                :attack_types::text[], :roles::jsonb[], :imgs::text[], :icons::text[],
                :raw::jsonb[]) u
    on conflict (hero_id) do update
    set name = excluded.name, localized_name = excluded.localized_name, primary_attr = excluded.primary_attr,
        attack_type = excluded.attack_type, roles = excluded.roles, img = excluded.img, icon = excluded.icon,
        raw = excluded.raw, updated_at = excluded.updated_at
    """,
)
def save_hero_constants(
    heroes: list[int],
    names: list[str],
    localized_names: list[str],
    primary_attrs: list[str],
    attack_types: list[str],
    roles: list[Any],
    imgs: list[str | None],
    icons: list[str | None],
    raw: list[Any],
    updated_at: datetime,
) -> None: ...


@rows(PatchRow, "select patch_id, name, starts_at from dota2.patches order by starts_at")
def patches() -> None: ...


@command(
    """
    insert into dota2.patches (patch_id, name, starts_at)
    select * from unnest(:patches::smallint[], :names::text[], :starts_at::timestamptz[])
    on conflict (patch_id) do update set name = excluded.name, starts_at = excluded.starts_at
    """,
)
def save_patches(patches: list[int], names: list[str], starts_at: list[datetime]) -> None: ...
