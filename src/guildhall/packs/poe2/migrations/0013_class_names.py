"""Classes and ascendancies of stored builds and imported snapshots by their names, as they are read from now on."""

from guildhall.db.revision import steps

revision = "poe2_0013"
down_revision = "poe2_0012"
branch_labels = None
depends_on = None

# Source: the game's table of ascendancies, patch 0.5 (ascendancy.datc64, read 2026-05-31)
_NAMES = """
    ('Warrior1', 'Titan', 'Warrior'), ('Warrior2', 'Warbringer', 'Warrior'),
    ('Warrior3', 'Smith of Kitava', 'Warrior'), ('Ranger1', 'Deadeye', 'Ranger'),
    ('Ranger3', 'Pathfinder', 'Ranger'), ('Huntress1', 'Amazon', 'Huntress'),
    ('Huntress2', 'Spirit Walker', 'Huntress'), ('Huntress3', 'Ritualist', 'Huntress'),
    ('Witch1', 'Infernalist', 'Witch'), ('Witch2', 'Blood Mage', 'Witch'), ('Witch3', 'Lich', 'Witch'),
    ('Witch3b', 'Abyssal Lich', 'Witch'), ('Sorceress1', 'Stormweaver', 'Sorceress'),
    ('Sorceress2', 'Chronomancer', 'Sorceress'), ('Sorceress3', 'Disciple of Varashta', 'Sorceress'),
    ('Mercenary1', 'Tactician', 'Mercenary'), ('Mercenary2', 'Witchhunter', 'Mercenary'),
    ('Mercenary3', 'Gemling Legionnaire', 'Mercenary'), ('Druid1', 'Oracle', 'Druid'),
    ('Druid2', 'Shaman', 'Druid'), ('Monk1', 'Martial Artist', 'Monk'), ('Monk2', 'Invoker', 'Monk'),
    ('Monk3', 'Acolyte of Chayula', 'Monk')
"""
"""The internal id, the name and the class of each ascendancy."""


def _mend(table: str, where: str = "true") -> str:
    """Return SQL that gives the rows of a table the names; what is in no table of names stays as it is."""
    return f"""
    update {table} t
    set class = coalesce(c.class, o.class), ascendancy = coalesce(a.ascendancy, o.ascendancy, c.ascendancy)
    from {table} o
    left join pg_temp.class_names c on c.called = lower(btrim(o.class))
    left join pg_temp.class_names a on a.called = lower(btrim(o.ascendancy)) and a.ascendancy is not null
    where o.id = t.id and {where}
      and (o.class, o.ascendancy) is distinct from
          (coalesce(c.class, o.class), coalesce(a.ascendancy, o.ascendancy, c.ascendancy));
    """


# The hash of a content that is mended stays that of what was sent: its next edit is a version of its own.
UP = f"""
create temporary table class_names on commit drop as
    with known (internal, ascendancy, class) as (values {_NAMES})
    select lower(internal) as called, ascendancy, class from known
    union all select lower(ascendancy), ascendancy, class from known
    union all select distinct lower(class), null, class from known;

alter table poe2.build_templates no force row level security;
alter table poe2.build_versions no force row level security;
alter table poe2.character_snapshots no force row level security;
{_mend("poe2.build_templates")}
{_mend("poe2.build_versions")}
{_mend("poe2.character_snapshots", "t.source = 'import'")}
alter table poe2.build_templates force row level security;
alter table poe2.build_versions force row level security;
alter table poe2.character_snapshots force row level security;
"""

# The names are right before as well.
DOWN = "select"

upgrade, downgrade = steps(UP, DOWN)
