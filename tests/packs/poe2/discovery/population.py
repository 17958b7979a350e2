"""Public builds in quantity, made by PostgreSQL, believable in how often words and facets are, without content."""

from math import log

_CLASSES = ("Ranger", "Witch", "Sorceress", "Monk", "Warrior", "Mercenary", "Huntress", "Druid")
_ASCENDANCIES = (
    "Deadeye", "Pathfinder", "Infernalist", "Blood Mage", "Stormweaver", "Chronomancer", "Invoker",
    "Acolyte of Chayula", "Titan", "Warbringer", "Witchhunter", "Gemling Legionnaire", "Amazon", "Ritualist", "Shaman",
    "Oracle",
)  # fmt: skip
_ELEMENTS = ("Lightning", "Cold", "Fire", "Chaos", "Poison", "Storm", "Frost", "Flame", "Bone", "Blood")
_FORMS = ("Arrow", "Spear", "Strike", "Nova", "Wave", "Bolt", "Slam", "Totem", "Mine", "Shot")
_WORDS = (
    "fast", "cheap", "league", "starter", "boss", "mapping", "tanky", "crit", "life", "energy", "shield", "evasion",
    "armour", "block", "minion", "budget", "endgame", "clear", "speed", "damage", "strong", "simple", "guide", "safe",
)  # fmt: skip
_TAGS = ("league-starter", "bossing", "mapping", "budget", "endgame", "hardcore", "ssf", "minions")
_FEW = 2.2
"""Draws are powers of a uniform one: the first names are the most common."""


def make_builds(first: int, last: int, of: int | None = None) -> str:
    """SQL that adds public builds with the numbers `first` to `last`, without a version, and none to the search.

    They are the same each time; the last `of` all is the newest. Triggers must be off, and the caller must own the
    tables.
    """
    newest = last if of is None else of
    return f"""
    insert into poe2.build_templates (
        id, user_id, short_id, author, title, description, class, ascendancy, level, passive_tree, equipment, skills,
        stats, rest, content_hash, main_skill, tree_version, calculator, dps, ehp, gems, uniques, trees, has_notes,
        league, patch_version, complexity, tags, language, visibility, views, likes, latest_version, published_at,
        publication, stored_bytes
    )
    select md5('build' || i)::uuid, md5('author' || i % 20000)::uuid,
           translate(lpad(to_hex(i::bigint * 7919 + 1), 17, 'z'), '0', 'x'), 'Author ' || i % 20000,
           {_word(1)} || ' ' || skill || ' ' || {_word(2)},
           {_word(3)} || ' ' || {_word(4)} || ' ' || {_word(5)} || ' with mark' || {_drawn("rare", 20_000)},
           {_of(_CLASSES, "class / 2")}, {_of(_ASCENDANCIES, "class")},
           case when {_uniform("level")} < 0.7 then 90 + {_drawn("level2", 11)} else 1 + {_drawn("level3", 90)} end,
           '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', decode(md5(i::text), 'hex'), skill, '0_5', 'made up',
           exp(8 + 8 * {_uniform("dps")}), exp(7 + 5 * {_uniform("ehp")}),
           array[skill, 'Gem ' || {_drawn("gem1", 200)}, 'Gem ' || {_drawn("gem2", 200)}],
           array['Unique ' || {_drawn("unique1", 300)}, 'Relic ' || {_drawn("unique2", 300)}],
           1 + {_drawn("trees", 4)}, {_uniform("notes")} < 0.4,
           (array['Standard', 'Hardcore', 'Runes of Aldur', 'Rise of the Abyssal'])[1 + {_drawn("league", 4)}],
           (array['0.5', '0.4', '0.3', '0.2'])[1 + {_drawn("patch", 4)}],
           (array['beginner', 'intermediate', 'advanced', 'expert', null])[1 + {_drawn("complexity", 5)}],
           array[{_of(_TAGS, _drawn("tag", len(_TAGS)))}],
           (array['en', 'de', 'pt', null])[1 + {_drawn("language", 4)}], 'public', likes * 7, likes, 1,
           '2026-11-01 00:00+00'::timestamptz - ({newest} - i) * interval '50 s', i, 0
    from (
        select i, floor({len(_ASCENDANCIES)} * power({_uniform("class")}, 1.4))::int as class,
               {_of(_ELEMENTS, _drawn("element", 10))} || ' ' || {_of(_FORMS, _drawn("form", 10))} as skill,
               floor(power(1 - {_uniform("likes")}, -{log(2):.2f}) - 1)::int as likes
        from generate_series({first}, {last}) i
    ) made;
    """


_SEARCHED = """
insert into poe2.build_search (build_template_id, user_id, number, likes, views, rating, heat, trending, facets, words)
select b.id, b.user_id, b.publication, b.likes, b.views, h.rating, h.heat, poe2.trending_of(h.heat),
       poe2.build_facets(b),
       poe2.build_words(b) || array_to_tsvector(
           poe2.rank_lexemes(b.publication, b.likes, h.rating, poe2.trending_of(h.heat)))
from poe2.build_templates b
cross join lateral (
    select coalesce((select floor(r.lower_bound * 100)::int from poe2.build_ratings r where r.build_template_id = b.id),
                    0) as rating, poe2.heat_at(b.published_at) + ln(1 + b.likes) / ln(2) as heat
) h
where b.publication between {first} and {last}
order by b.publication;
"""


def searched(first: int, last: int) -> str:
    """SQL that puts the builds with some numbers into the search, whose index is best made afterwards."""
    return _SEARCHED.format(first=first, last=last)


SEARCHED = searched(0, 2**31)
"""SQL that puts all of them into the search."""

RATED = """
insert into poe2.build_ratings (build_template_id, reviews, rating_sum, lower_bound)
select b.id, r.reviews, r.rating_sum, 1 + 4 * greatest(0, (r.mean - 1) / 4 - 0.5 / sqrt(r.reviews))
from poe2.build_templates b
cross join lateral (select 1 + b.likes % 40 as reviews, 3 + (b.publication % 17) / 8.5 as mean) m
cross join lateral (select m.reviews, least(5, m.mean) as mean,
                           round(m.reviews * least(5, m.mean))::int as rating_sum) r
where b.publication % 3 = 0;
"""
"""SQL that rates a third of them."""


def _uniform(name: str) -> str:
    """A number from 0 to 1 that follows from a build's number and a name."""
    return f"((hashint8extended(i, hashtext('{name}')) & 1048575) / 1048576.0::float8)"


def _drawn(name: str, many: int) -> str:
    return f"floor({many} * power({_uniform(name)}, {_FEW}))::int"


def _of(names: tuple[str, ...], place: str) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"(array[{listed}])[1 + {place}]"


def _word(place: int) -> str:
    return _of(_WORDS, _drawn(f"word{place}", len(_WORDS)))
