"""The plugin, used as a stranger does: a pack in a folder, its tests in a process of their own."""

import pytest

from tests.running import count_tests
from tests.testing.packs import PACK, PROJECT, TESTS

FILES = {"pyproject.toml": PROJECT, "guildhall_tower.py": PACK}
CHECKS = {**FILES, "test_checks.py": TESTS.partition("async def")[0]}


def test_the_tests_of_a_pack_need_no_fixtures_of_their_own(run_tests):
    run = run_tests({**FILES, "test_tower.py": TESTS}, GUILDHALL_TOWER_URL="https://tower.example")

    assert run.counts == {"passed": count_tests(TESTS)}, run.said


@pytest.mark.parametrize(
    ("right", "wrong", "findings"),
    [
        (
            '"Floors that are shown at most.", ge=1)',
            '"", ge=None)',
            [
                "Manifest of the pack tower: 2 finding(s)",
                "- the setting floors has no description",
                "- the setting floors is a number without bounds",
            ],
        ),
        (
            "select floor from tower.climbs order",
            "select floor::text from tower.climbs order",
            ["- guildhall_tower.climbs: floor is text, declared <class 'int'>"],
        ),
        (
            'down="drop table tower.climbs"',
            'down=""',
            ["Migrations of the pack tower"],
        ),
        (
            "raises=(TowerNotFound,)",
            "raises=()",
            ["- GET /api/v1/tower/towers/{name:str}: raises tower.tower_not_found, which raises= does not name"],
        ),
        (
            '    """The climbs of the viewer."""\n    return',
            "    return",
            ["- GET /api/v1/tower/climbs: the endpoint has no docstring; its first line is the summary"],
        ),
        (
            '{kit.private_to_owner("tower.climbs", "user_id")}',
            "",
            ["- tower.climbs: no row-level security: use private_to_owner in the revision, or shared= with the reason"],
        ),
        (
            "on delete cascade",
            "",
            ["- tower.climbs: the foreign key climbs_user_id_fkey refuses the deletion of an account"],
        ),
        (
            'exports=(kit.Export("tower.climbs", "select floor from tower.climbs where user_id = $1"),),',
            "",
            ["- tower.climbs has rows of people and no Export"],
        ),
    ],
)
def test_a_check_says_what_is_wrong(run_tests, right, wrong, findings):
    assert right in PACK
    run = run_tests({**CHECKS, "guildhall_tower.py": PACK.replace(right, wrong)})

    assert run.counts == {"failed": 1}, run.said
    for one in findings:
        assert one in run.said


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


def test_all_checks_run_as_tests_of_the_package(run_tests):
    run = run_tests(FILES, "--pyargs", "guildhall.testing.suite", PYTHONPATH=".")

    assert run.counts == {"passed": 5}, run.said
