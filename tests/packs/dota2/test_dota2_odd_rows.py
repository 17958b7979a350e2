"""Every list of OpenDota with each field of one row made odd: the other rows are stored, and the odd one is counted."""

from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from guildhall.core.upstream.errors import UpstreamLied
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota import schemas as given
from guildhall.packs.dota2.opendota.schemas import Alias
from tests.packs.dota2 import make

ODD: list[Any] = [None, "x", 57.5, -1, {}, [], 10**30, "9999-12-31T23:59:59-05:00"]
"""Values that some field does not take."""
LISTS = {
    "matches": given.GivenMatch, "recentMatches": given.GivenMatch, "heroes": given.GivenHero,
    "ratings": given.GivenRating, "constants/heroes": given.GivenHeroConstant, "constants/patch": given.GivenPatch,
    "search": given.GivenSearch,
}  # fmt: skip


async def asked(asking, name, someone):
    """The rows that a route gives."""
    opendota, account_id = asking.opendota, AccountId(someone)
    match name:
        case "matches":
            return (await opendota.matches.fetch_now(account_id)).value
        case "recentMatches":
            return (await opendota.recent_matches.fetch_now(account_id)).value
        case "heroes":
            return (await opendota.heroes.fetch_now(account_id)).value
        case "ratings":
            return (await opendota.ratings.fetch_now(account_id)).value
        case "constants/heroes":
            return (await opendota.hero_constants.fetch_now()).value
        case "constants/patch":
            return (await opendota.patches.fetch_now()).value
        case _:
            return (await opendota.search.fetch_now("player")).value


@pytest.mark.parametrize("name", LISTS)
async def test_one_odd_row_is_dropped_and_the_others_are_kept(asking, someone, name):
    for number, account_id in enumerate(make.ids(asking.sandbox)[:3]):
        make.change(asking.sandbox, account_id, personaname=f"player {number}")
    whole = await asked(asking, name, someone)
    for other in make.ids(asking.sandbox):  # how often somebody's rank has changed depends on the day
        if len(whole) > 1:
            break
        someone, whole = other, await asked(asking, name, other)
    assert len(whole) > 1
    dropped = 0
    for field in LISTS[name].__struct_fields__:
        for value in ODD:
            make.fault(asking.sandbox, "odd_row", field=field, value=value, path=f".*{name.rsplit('/', 1)[-1]}$")
            rows = await asked(asking, name, someone)
            assert len(rows) >= len(whole) - 1, (field, value)
            dropped += len(whole) - len(rows)
            make.heal(asking.sandbox)
    counted = sum(asking.opendota.client.odd_rows.values())
    assert counted == dropped > len(LISTS[name].__struct_fields__)


@pytest.mark.parametrize("name", LISTS)
def test_the_walk_knows_every_list_of_the_schema(name):
    listed = {
        shape for shape in vars(given).values()
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct) and shape.__module__ == given.__name__
    }  # fmt: skip
    single = {
        given.Alias,
        given.GivenPlayer,
        given.GivenProfile,
        given.GivenWinLoss,
        given.GivenMetadata,
    }

    assert listed - single == set(LISTS.values())
    assert get_args(get_type_hints(given.GivenPlayer)["aliases"])[0] == list[Alias]


@pytest.mark.parametrize(
    ("field", "value"), [("start_time", None), ("duration", -1), ("average_rank", 57.5), ("match_id", 0)]
)
async def test_a_sync_stores_the_good_matches_beside_an_odd_one(asking, someone, field, value):
    make.fault(asking.sandbox, "odd_row", field=field, value=value, path=".*/matches")

    report = await asking.sync(someone)

    stored = await asking.all_of("player_matches")
    make.heal(asking.sandbox)
    whole = await asking.opendota.matches.fetch_now(AccountId(someone))
    assert len(stored) == report.new_matches == len(whole.value) - 1
    assert asking.opendota.client.odd_rows["/players/{account_id}/matches"] == 1


async def test_an_alias_that_is_odd_costs_no_profile(asking):
    for someone in make.ids(asking.sandbox):
        if (await asking.opendota.player.fetch_now(AccountId(someone))).value.aliases:
            break
    make.fault(asking.sandbox, "odd_row", value=5, path=f"/players/{someone}$")

    answer = await asking.opendota.player.fetch_now(AccountId(someone))

    assert answer.value.profile.account_id == someone


async def test_without_a_sound_row_the_answer_is_a_lie_and_nothing_is_stored(asking, someone):
    make.fault(asking.sandbox, "wrong_types", path=".*/matches")

    with pytest.raises(UpstreamLied):
        await asking.sync(someone)

    assert await asking.all_of("player_matches") == []
