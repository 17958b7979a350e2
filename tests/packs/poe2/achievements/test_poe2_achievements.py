"""The achievements of Path of Exile 2: each met, and missed by one; and looked at after what people do."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from guildhall.clock import Clock
from guildhall.core.achievements.judging import measure
from guildhall.core.achievements.messages import KeepCatalogue
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.poe2.achievements.declared import ACHIEVEMENTS
from tests.packs.poe2.builds.world import BUILDS, made_build
from tests.packs.poe2.opinions.test_poe2_reviews import at, seen

ANNA, BERT = UserId(UUID(int=1)), UserId(UUID(int=2))
BUILD, COMMENT, THING = UUID(int=10), UUID(int=11), UUID(int=12)
NEW = "gen_random_uuid()"
BY_NAME = {one.name: one for one in ACHIEVEMENTS}

_BUILD = {
    "id": NEW, "user_id": f"'{ANNA}'", "short_id": "translate(substr(md5(random()::text), 1, 17), '0l', '1m')",
    "author": "'A'", "title": "'A'", "class": "'Witch'", "level": "1", "passive_tree": "'{}'", "equipment": "'{}'",
    "skills": "'{}'", "stats": "'{}'", "rest": "'{}'", "content_hash": "decode(md5('a'), 'hex')", "gems": "'{}'",
    "uniques": "'{}'", "trees": "1", "has_notes": "false", "patch_version": "'0.3'", "latest_version": "1",
    "stored_bytes": "0", "visibility": "'public'", "published_at": "now()",
}  # fmt: skip
_REVIEW = {
    "id": NEW, "build_template_id": f"'{BUILD}'", "user_id": NEW, "author": "'B'", "rating": "5",
    "is_verified_clear": "true", "version_number": "1",
}  # fmt: skip
_LIKE = {"build_template_id": f"'{BUILD}'", "user_id": NEW}
_CHARACTER = {
    "id": NEW, "user_id": f"'{ANNA}'", "game_id": f"{NEW}::text", "name": "'A'", "class": "'Witch'", "level": "1",
    "experience": "0", "watched": "true", "watched_at": "now()",
}  # fmt: skip
_SESSION = {
    "id": NEW, "user_id": f"'{ANNA}'", "item_base": "'A'", "item_class": "'A'", "target_mods": "'[]'",
    "step_count": "1", "price_base": "'divine'", "success": "false", "created_at": "now()", "completed_at": "now()",
}  # fmt: skip
_STRATEGY = {
    "id": NEW, "user_id": f"'{ANNA}'", "author": "'A'", "name": "'A'", "strategy_steps": "'[]'", "is_public": "true",
    "uses_count": "100", "known_count": "100", "success_count": "70", "created_at": "now()", "updated_at": "now()",
}  # fmt: skip
_COLLECTION = {"id": f"'{THING}'", "user_id": f"'{ANNA}'", "owner": "'A'", "name": "'A'", "is_public": "true"}
_ITEM = {"collection_id": f"'{THING}'", "build_template_id": NEW, "position": "1"}
_COMMENT = {
    "id": NEW, "build_template_id": f"'{BUILD}'", "user_id": f"'{BERT}'", "author": "'B'", "depth": "0",
    "content": "'A'",
}  # fmt: skip

_ANSWERING = {"user_id": f"'{ANNA}'", "depth": "1", "parent_comment_id": f"'{COMMENT}'"}
_TO_COMMENT = _COMMENT | _ANSWERING


def rows(table: str, columns: dict[str, str], count: int = 1, **changes: str) -> str:
    """SQL that inserts so many rows."""
    found = columns | changes
    return (
        f"insert into poe2.{table} ({', '.join(found)}) "
        f"select {', '.join(found.values())} from generate_series(1, {count});"
    )


def answers(count: int, **changes: str) -> str:
    """Comments of another, each with an answer of the person's."""
    answer = _COMMENT | {"user_id": f"'{ANNA}'", "depth": "1", "parent_comment_id": "c.id"} | changes
    return rows("comments", _COMMENT, count) + (
        f"insert into poe2.comments ({', '.join(answer)}) select {', '.join(answer.values())} "
        "from poe2.comments c where c.depth = 0;"
    )


_PUBLIC = rows("build_templates", _BUILD, id=f"'{BUILD}'")
_DRAFT = rows("build_templates", _BUILD, id=f"'{BUILD}'", visibility="'draft'")
_SHARED = rows("build_collections", _COLLECTION)
CASES = [
    ("poe2.first_build", _PUBLIC, [_DRAFT, rows("build_templates", _BUILD, user_id=NEW)]),
    (
        "poe2.liked_10",
        _PUBLIC + rows("build_likes", _LIKE, 10),
        [
            _PUBLIC + rows("build_likes", _LIKE, 9) + rows("build_likes", _LIKE, 5, build_template_id=NEW),
            _DRAFT + rows("build_likes", _LIKE, 10),
        ],
    ),
    (
        "poe2.liked_100",
        _PUBLIC + rows("build_likes", _LIKE, 100),
        [
            _PUBLIC + rows("build_likes", _LIKE, 99),
            _PUBLIC + rows("build_templates", _BUILD, id=f"'{THING}'") + rows("build_likes", _LIKE, 60)
            + rows("build_likes", _LIKE, 60, build_template_id=f"'{THING}'"),
        ],
    ),
    (
        "poe2.proven_10",
        _PUBLIC + rows("build_reviews", _REVIEW, 10),
        [
            _PUBLIC + rows("build_reviews", _REVIEW, 9) + rows("build_reviews", _REVIEW, is_verified_clear="false"),
            _PUBLIC + rows("build_reviews", _REVIEW, 9) + rows("build_reviews", _REVIEW, withheld_at="now()"),
            _PUBLIC + rows("build_reviews", _REVIEW, 9) + rows("build_reviews", _REVIEW, user_id=f"'{ANNA}'"),
            _DRAFT + rows("build_reviews", _REVIEW, 10),
        ],
    ),
    (
        "poe2.first_clear",
        rows("build_reviews", _REVIEW, user_id=f"'{ANNA}'"),
        [
            rows("build_reviews", _REVIEW, user_id=f"'{ANNA}'", is_verified_clear="false"),
            rows("build_reviews", _REVIEW, user_id=f"'{ANNA}'", withheld_at="now()"),
        ],
    ),
    ("poe2.level_90", rows("characters", _CHARACTER, level="90"), [rows("characters", _CHARACTER, 3, level="89")]),
    ("poe2.level_100", rows("characters", _CHARACTER, level="100"), [rows("characters", _CHARACTER, level="99")]),
    (
        "poe2.watched_5",
        rows("characters", _CHARACTER, 5),
        [rows("characters", _CHARACTER, 4) + rows("characters", _CHARACTER, watched="false")],
    ),
    (
        "poe2.first_craft",
        rows("crafting_sessions", _SESSION),
        [
            rows("crafting_sessions", _SESSION, completed_at="null", success="null"),
            rows("crafting_sessions", _SESSION, origin="'craft_of_exile'"),
            rows("crafting_sessions", _SESSION, step_count="0"),
        ],
    ),
    ("poe2.crafts_50", rows("crafting_sessions", _SESSION, 50), [rows("crafting_sessions", _SESSION, 49)]),
    (
        "poe2.sure_strategy",
        rows("crafting_strategies", _STRATEGY, success_low="0.6"),
        [
            rows("crafting_strategies", _STRATEGY, success_low="0.5999"),
            rows("crafting_strategies", _STRATEGY, success_low="0.9", is_public="false"),
        ],
    ),
    (
        "poe2.collector",
        _SHARED + rows("build_collection_items", _ITEM, 5),
        [
            _SHARED + rows("build_collection_items", _ITEM, 4),
            rows("build_collections", _COLLECTION, is_public="false") + rows("build_collection_items", _ITEM, 5),
        ],
    ),
    (
        "poe2.answers_25",
        answers(25),
        [
            answers(24),
            answers(24) + rows("comments", _COMMENT, id=f"'{COMMENT}'")
            + rows("comments", _TO_COMMENT, deleted_at="now()", content="''"),
            answers(24) + rows("comments", _COMMENT, id=f"'{COMMENT}'")
            + rows("comments", _TO_COMMENT, withheld_at="now()"),
            answers(24) + rows("comments", _COMMENT) ,
            rows("comments", _COMMENT, user_id=f"'{ANNA}'", id=f"'{COMMENT}'")
            + rows("comments", _COMMENT, 25, **_ANSWERING),
            rows("comments", _COMMENT, id=f"'{COMMENT}'")
            + rows("comments", _COMMENT, 25, **_ANSWERING),
        ],
    ),
    (
        "poe2.stubborn",
        rows("crafting_sessions", _SESSION, step_count="100"),
        [
            rows("crafting_sessions", _SESSION, step_count="99"),
            rows("crafting_sessions", _SESSION, step_count="100", success="true"),
            rows("crafting_sessions", _SESSION, step_count="100", success="null"),
        ],
    ),
]  # fmt: skip


@pytest.fixture
async def tx_without_keys(worker_url: str) -> AsyncIterator[Transaction]:
    """A transaction in which rows miss nobody, rolled back after the test."""
    connection = await asyncpg.connect(worker_url)
    try:
        await connection.execute("begin; set local session_replication_role = replica")
        await connection.set_type_codec("jsonb", encoder=str, decoder=str, schema="pg_catalog")
        yield Transaction(connection, Clock().now())
    finally:
        await connection.execute("rollback")
        await connection.close()


def test_every_achievement_has_its_case():
    assert [name for name, *_ in CASES] == [one.name for one in ACHIEVEMENTS]


@pytest.mark.parametrize(("name", "sql"), [(name, met) for name, met, _ in CASES])
async def test_who_reaches_the_goal_meets_the_rule(tx_without_keys, name, sql):
    tx, one = tx_without_keys, BY_NAME[name]
    await tx.connection.execute(sql)

    found = await measure(tx, one, [ANNA, UserId(uuid4())])

    assert {user: row.value for user, row in found.items()} == {ANNA: one.goal}


@pytest.mark.parametrize(("name", "sql"), [(name, missed) for name, _, missing in CASES for missed in missing])
async def test_who_misses_it_by_one_does_not(tx_without_keys, name, sql):
    tx, one = tx_without_keys, BY_NAME[name]
    await tx.connection.execute(sql)

    found = await measure(tx, one, [ANNA])

    value = found[ANNA].value if ANNA in found else 0
    assert value < one.goal


async def own(person):
    page = (await person.get("/api/v1/me/achievements?pack=poe2")).json
    return {one["achievement"]["name"]: (one["value"], one["granted_at"] is not None) for one in page["items"]}


async def test_deeds_have_people_looked_at(guildhall):
    ana, bo = await guildhall.sign_in(name="Ana"), await guildhall.sign_in(name="Bo")
    await guildhall.work(KeepCatalogue())
    build = await made_build(ana, 1)
    await seen(guildhall, bo, build)
    await bo.put(at(build, "review"), json={"rating": 5})
    comment = (await bo.post(at(build, "comments"), json={"content": "How?"})).json
    answer = await ana.post(at(build, "comments"), json={"content": "So.", "parent_comment_id": comment["id"]})
    assert answer.status == 201, answer
    await bo.put(f"{BUILDS}/{build['short_id']}/like")
    shelf = (await bo.post("/api/v1/poe2/collections", json={"name": "Best", "is_public": True})).json
    await bo.put(f"/api/v1/poe2/collections/{shelf['id']}/builds/{build['short_id']}", json={})
    begun = (
        await bo.post(
            "/api/v1/poe2/crafting/sessions", json={"item_base": "Ring", "item_class": "Rings", "target_mods": []}
        )
    ).json
    await guildhall.execute("update poe2.crafting_sessions set step_count = 1")
    done = await bo.post(f"/api/v1/poe2/crafting/sessions/{begun['id']}/completion", json={"success": False})
    assert done.status in (200, 201), done
    await guildhall.work()

    anas, bos = await own(ana), await own(bo)

    assert anas["poe2.first_build"] == (1, True)
    assert (anas["poe2.proven_10"], anas["poe2.answers_25"]) == ((1, False), (1, False))
    assert (bos["poe2.first_clear"], bos["poe2.collector"]) == ((1, True), (1, False))
    assert bos["poe2.answers_25"] == (0, False)
