"""The realm's topics of live connections, for people to whom they do not belong."""

from guildhall.ids import uuid7
from guildhall.testing.live import connected
from tests.packs.realm.make import make_player, make_server

REALM = "/api/v1/realm"


async def test_guilds_parties_and_people_are_followed_by_their_own_alone(guildhall):
    server = await make_server(guildhall.runtime.url)
    leader, stranger = await make_player(guildhall, server), await make_player(guildhall, server)
    guild = (await guildhall.post(f"{REALM}/guilds", headers=leader.headers, json={"name": "Lanterns"})).json["id"]
    party = (await guildhall.post(f"{REALM}/parties", headers=leader.headers, json={})).json["party"]["id"]
    topics = [f"realm.guild:{guild}", f"realm.party:{party}", f"realm.user:{leader.id}"]

    async with connected(guildhall, leader) as own, connected(guildhall, stranger) as foreign:
        for topic in topics:
            assert (await own.ask("subscribe", topic=topic))["op"] == "subscribed"
            refused = await foreign.ask("subscribe", topic=topic)
            assert (refused["op"], refused["code"]) == ("error", "realm.nothing_to_follow")
        for kind in ("guild", "party", "user", "raid"):
            refused = await own.ask("subscribe", topic=f"realm.{kind}:{uuid7()}")
            assert (refused["op"], refused["code"]) == ("error", "realm.nothing_to_follow")
        assert foreign.heard("subscribed") == []


async def test_a_topic_of_no_kind_is_not_found(guildhall):
    person = await make_player(guildhall, await make_server(guildhall.runtime.url))

    async with connected(guildhall, person) as live:
        for topic in (f"realm.moon:{uuid7()}", f"realm.server:{'-' * 36}"):
            refused = await live.ask("subscribe", topic=topic)
            assert (refused["op"], refused["code"]) == ("error", "realtime.unknown_topic"), topic
