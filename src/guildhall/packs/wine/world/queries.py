"""Statements about the world. Its rows come with the migrations, and never change while it runs."""

from datetime import date

from guildhall.db.statements import rows
from guildhall.packs.wine.world.schemas import EffectLine, GrowthLevel, GrowthLine, Nature, RarityTier, TypeLine


@rows(
    TypeLine,
    """
    select t.type, t.position, t.description,
           (select coalesce(jsonb_object_agg(d.type, f.factor order by d.position), '{}')
            from wine.wine_types d cross join lateral wine.type_factor(t.type, d.type, :on_day) f (factor)
            where f.factor <> 100) as effects
    from wine.wine_types t
    where t.position > :after
    order by t.position
    limit :limit
    """,
    proven=("effects",),
)
def type_page(on_day: date, after: int, limit: int) -> None:
    """The types behind a position, with what each does on a day where that is not the usual."""


@rows(
    EffectLine,
    """
    select a.type as attacking, d.type as defending, f.factor, f.season
    from wine.wine_types a
    cross join wine.wine_types d
    cross join lateral (
        select e.factor, e.season from wine.type_effectiveness e
        where e.attacking = a.type and e.defending = d.type and e.valid @> :on_day::date
        order by e.season is null limit 1
    ) f
    where (:attacking::text is null or a.type = :attacking)
      and (:defending::text[] is null or d.type = any(:defending))
      and (a.type, d.type) > (:after_attacking::text, :after_defending::text)
    order by a.type, d.type
    limit :limit
    """,
)
def effect_page(
    on_day: date,
    attacking: str | None,
    defending: list[str] | None,
    after_attacking: str,
    after_defending: str,
    limit: int,
) -> None:
    """Rows of the table of effectiveness on a day, behind two types, by name."""


@rows(
    RarityTier,
    """
    select r.rarity, r.name, r.drop_weight, r.drop_weight::float8 / (select sum(drop_weight) from wine.rarity_tiers)
               as share
    from wine.rarity_tiers r
    where r.rarity > :after
    order by r.rarity
    limit :limit
    """,
    proven=("share",),
)
def rarity_page(after: int, limit: int) -> None:
    """The tiers of rarity behind one."""


@rows(
    Nature,
    "select nature, raised, lowered from wine.natures where nature > :after order by nature limit :limit",
)
def nature_page(after: str, limit: int) -> None:
    """The natures behind one, by name."""


@rows(Nature, "select nature, raised, lowered from wine.natures where nature = :nature")
def nature_of(nature: str) -> None:
    """A nature by its name."""


@rows(
    GrowthLine,
    """
    select c.growth_curve, c.description, a.experience as at_100, b.experience as at_200
    from wine.growth_curves c
    join wine.growth_levels a on a.growth_curve = c.growth_curve and a.level = 100
    join wine.growth_levels b on b.growth_curve = c.growth_curve and b.level = 200
    where c.growth_curve > :after
    order by c.growth_curve
    limit :limit
    """,
)
def growth_page(after: str, limit: int) -> None:
    """The growth curves behind one, by name."""


@rows(
    GrowthLevel,
    """
    select level, experience from wine.growth_levels
    where growth_curve = :growth_curve and level > :after::int
    order by level
    limit :limit
    """,
)
def level_page(growth_curve: str, after: int, limit: int) -> None:
    """The levels of a curve behind one."""
