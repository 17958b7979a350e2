"""The plugin, used as a stranger does: a pack in a folder, its tests in a process of their own."""

from tests.running import count_tests
from tests.testing.packs import PACK, PROJECT, TESTS

FILES = {"pyproject.toml": PROJECT, "guildhall_tower.py": PACK}
MISTAKES = {
    '"Floors that are shown at most.", ge=1)': '"", ge=None)',
    "select floor from tower.climbs order": "select floor::text from tower.climbs order",
    'down="drop table tower.climbs; drop table tower.heights"': 'down="select 1"',
    "raises=(TowerNotFound,)": "raises=()",
    '    """The climbs of the viewer."""\n    return': "    return",
    '{kit.private_to_owner("tower.climbs", "user_id")}': "",
    "on delete cascade": "",
    "    async with db.write() as tx:\n        await add_climb": "    async with db.write() as tx:\n"
    '        await kit.publish(tx, f"tower.climb:{order.user_id}", "climbed", {})\n        await add_climb',
    'exports=(kit.Export("tower.climbs", "select floor from tower.climbs where user_id = $1"),),': "",
}
"""Lines of the pack, and what is wrong instead."""
FINDINGS = [
    "Manifest of the pack tower: 3 finding(s)",
    "- publish to 'tower.climb:…' (guildhall_tower.py:74), topics that no TopicKind declares: nobody can follow",
    "- the setting floors has no description",
    "- the setting floors is a number without bounds",
    "Statements of the pack tower: 1 finding(s)",
    "- guildhall_tower.climbs: floor is text, declared <class 'int'>",
    "Migrations of the pack tower: 1 finding(s)",
    "- The migration tower_0001 failed and was undone: cannot drop schema tower because other objects depend on it",
    "API of the pack tower: 2 finding(s)",
    "- GET /api/v1/tower/towers/{name:str}: raises tower.tower_not_found, which raises= does not name",
    "- GET /api/v1/tower/climbs: the endpoint has no docstring; its first line is the summary",
    "Privacy of the pack tower: 3 finding(s)",
    "- tower.climbs: no row-level security: use private_to_owner in the revision, or shared= with the reason",
    "- tower.climbs: the foreign key climbs_user_id_fkey refuses the deletion of an account",
    "- tower.climbs has rows of people and no Export",
]


def test_the_tests_of_a_pack_need_no_fixtures_of_their_own(run_tests):
    run = run_tests({**FILES, "test_tower.py": TESTS}, GUILDHALL_TOWER_URL="https://tower.example")

    assert run.counts == {"passed": count_tests(TESTS)}, run.said


def test_each_check_says_what_is_wrong(run_tests):
    pack = PACK
    for right, wrong in MISTAKES.items():
        assert right in pack
        pack = pack.replace(right, wrong)

    run = run_tests({**FILES, "guildhall_tower.py": pack}, "--pyargs", "guildhall.testing.suite", PYTHONPATH=".")

    assert run.counts == {"failed": 5}, run.said
    assert [one for one in FINDINGS if one not in run.said] == [], run.said


def test_a_pack_that_does_not_load_is_told_with_the_way_out(run_tests):
    run = run_tests({"pyproject.toml": PROJECT, "test_x.py": "def test_x(pack):\n    pass\n"})

    assert run.status != 0
    assert "The pack under test, guildhall_tower:TOWER, does not load: No module named 'guildhall_tower'" in run.said
    assert "pip install -e ." in run.said


def test_without_a_pack_the_plugin_does_nothing(run_tests):
    test = (
        "import os, sys\n\n\n"
        "def test_x(request):\n"
        "    assert not request.config.pluginmanager.hasplugin('guildhall.testing.plugin')\n"
        "    assert 'guildhall.boot' not in sys.modules\n"
        "    assert os.environ['GUILDHALL_TOWER_URL'] == 'x'\n"
    )

    run = run_tests({"pyproject.toml": '[project]\nname = "x"\n', "test_x.py": test}, GUILDHALL_TOWER_URL="x")

    assert run.counts == {"passed": 1}, run.said


def test_a_topic_that_a_function_makes_is_found_by_the_check(run_tests):
    pack = PACK.replace(
        "await add_climb.run(tx, order.user_id, order.floor)\n",
        'await add_climb.run(tx, order.user_id, order.floor)\n        await kit.publish(tx, topic_of(order), "c", 1)\n',
    ).replace(
        "async def climb(",
        'def topic_of(order: Climbed) -> str:\n    return f"tower.climb:{order.user_id}"\n\n\nasync def climb(',
    )
    test = (
        "import pytest\nfrom guildhall.testing import PackIsWrong, check_manifest\n\n\n"
        "def test_x(pack):\n"
        "    with pytest.raises(PackIsWrong, match=r\"publish to 'tower.climb:…'\"):\n"
        "        check_manifest(pack)\n"
    )

    run = run_tests({**FILES, "guildhall_tower.py": pack, "test_x.py": test})

    assert run.counts == {"passed": 1}, run.said


def test_work_that_publishes_what_nobody_can_follow_fails(run_tests):
    made = 'await add_climb.run(tx, order.user_id, order.floor)\n        topic = f"tower.climb:{order.user_id}"\n'
    pack = PACK.replace(
        "await add_climb.run(tx, order.user_id, order.floor)\n",
        f'{made}        await kit.publish(tx, topic, "climbed", {{}})\n',
    )
    test = (
        "import pytest\nfrom guildhall_tower import Climbed\n\n\n"
        "async def test_x(product, person):\n"
        "    with pytest.raises(AssertionError, match=f'no TopicKind declares: tower.climb:{person.id}'):\n"
        "        await product.work(Climbed(person.id, 4))\n"
    )

    run = run_tests({**FILES, "guildhall_tower.py": pack, "test_x.py": test})

    assert run.counts == {"passed": 1}, run.said
