"""After an account's deletion no row of any table names the person: not by the id, not by a name, JSON included."""

import asyncpg
import pytest

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.notify.jobs import forget_account
from guildhall.core.realtime.jobs import forget_events
from guildhall.core.realtime.messages import ForgetLiveEvents
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.packs.realm.chat.actions.mention_notices import notify_mentioned
from guildhall.packs.realm.chat.queries.messages import FIRST, LAST
from guildhall.packs.realm.direct.actions import tell_of_direct
from guildhall.testing.people import sign_in
from tests.packs.realm.make import insert, make_player
from tests.packs.realm.place import make_place

API = "/api/v1/realm"
NAME, USERNAME = "Zephyrine Quillfeather", "Quillzeph"
TABLES = """
select n.nspname || '.' || t.relname from pg_class t join pg_namespace n on n.oid = t.relnamespace
where t.relkind in ('r', 'p') and not t.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
"""
KEPT = {
    "core.jobs": "payloads of orders, for a few days",
    "core.pgqueuer": "orders that no worker has taken yet",
    "core.revocations": "the id, until its access tokens have expired",
}
"""Where an id may still stand, as docs/operations/security.md says."""


async def tables_that_name(url, *texts: str):
    """The tables in which any row has one of the texts anywhere."""
    connection = await asyncpg.connect(url)
    found = set()
    for (table,) in await connection.fetch(TABLES):
        for text in texts:
            if await connection.fetchval(f"select exists (select from {table} t where t::text ilike $1)", f"%{text}%"):
                found.add(table)
    await connection.close()
    return found


class Life:
    """Somebody who does everything, with others who do it to them."""

    def __init__(self, place, person, jobs_db) -> None:
        self.place = place
        self.person = person
        self.other = place.reader
        self.jobs_db = jobs_db
        self.url = place.url

    async def ask(self, method, path, who, status=(200, 201, 204), **body):
        answer = await self.place.request(method, path, who, **({"json": body} if body else {}))
        assert answer.status in status, (path, answer.body)
        return answer.json if answer.body else None

    async def talk(self):
        person, other, server = self.person, self.other, self.place.server
        said = await self.ask("POST", f"/channels/{self.place.channel}/messages", person, content="hello")
        (theirs,) = await self.place.say("about you", user=other.id, mentions=[person.id])
        (mine,) = await self.place.say("to you", user=person.id, mentions=[other.id])
        for who, message in ((person, theirs), (other, mine)):
            await self.ask("PUT", f"/messages/{message}/reactions/👍", who)
            await self.ask("PUT", f"/channels/{self.place.channel}/read", who, message_id=str(message))
        await self.ask("PATCH", f"/messages/{mine}", person, content="to you, again")
        await self.ask("PUT", f"/messages/{mine}/pin", person)
        await self.ask("PUT", f"/messages/{theirs}/pin", person)
        await self.ask("DELETE", f"/messages/{said['id']}", person)
        for who, to in ((person, other), (other, person)):
            sent = await self.ask("POST", f"/direct/{to.id}/messages", who, content="psst")
            async with self.jobs_db.write() as tx:
                await tell_of_direct(tx, sent["message"]["id"])
            await self.ask("POST", f"/direct/{who.id}/read", to)
        async with self.jobs_db.write() as tx:
            await notify_mentioned(tx, FIRST, LAST)
        for who, to in ((person, other), (other, person)):
            await self.ask("PUT", f"/blocks/{to.id}", who)
            await self.ask("DELETE", f"/blocks/{to.id}", who)
        await self.ask("PUT", f"/blocks/{person.id}", other)
        await self.ask("POST", f"/messages/{mine}/reports", other, status=(200, 201, 204, 404, 405), reason="loud")
        await self.ask("POST", f"/servers/{server}/sanctions", person, user_id=str(other.id), kind="mute", reason="x")

    async def gather(self):
        person, other, server = self.person, self.other, self.place.server
        third = await make_player(self.place.guildhall, server)
        guild = await self.ask("POST", "/guilds", person, name="The Iron Lanterns")
        party = (await self.ask("POST", "/parties", person, max_members=5))["party"]
        for kind, group in (("guilds", guild), ("parties", party)):
            for who in (other, third):
                await self.ask("POST", f"/{kind}/{group['id']}/invitations", person, user_id=str(who.id))
            await self.ask("POST", f"/{kind}/{group['id']}/acceptance", other)
        await self.ask("POST", f"/guilds/{guild['id']}/treasury/deposits", person, amount=7, client_key="k")
        await self.ask("PUT", f"/guilds/{guild['id']}/leader", person, user_id=str(other.id))
        body = {"name": "Night", "boss_name": "Omen"}
        own = await self.ask("POST", f"/servers/{server}/raids", person, **body)
        theirs = await self.ask("POST", f"/servers/{server}/raids", other, **body)
        for raid, who in ((own, other), (theirs, person)):
            await self.ask(
                "PUT", f"/raids/{raid['id']}/signups/me", who, role="dps", state="coming", **{"class": "mage"}
            )
        await self.ask("PATCH", f"/raids/{theirs['id']}/signups/{person.id}", other, state="confirmed")
        await self.ask("POST", f"/servers/{server}/channels", person, name="mine")
        await self.ask("POST", f"/servers/{server}/word-filters", person, word="darn")
        await self.ask("POST", f"/servers/{server}/sessions", person)


@pytest.fixture
async def life(guildhall, jobs_db):
    place = await make_place(guildhall)
    person = await sign_in(guildhall, name=NAME)
    row = {"id": person.id, "username": USERNAME, "server_id": place.server, "badge": "admin"}
    await insert(place.url, "realm.users", row)
    return Life(place, person, jobs_db)


async def test_no_row_of_any_table_names_somebody_whose_account_is_deleted(guildhall, life, jobs_db):
    await life.gather()
    await life.talk()
    before = await tables_that_name(life.url, str(life.person.id))

    gone = await guildhall.request("DELETE", "/api/v1/me", headers=life.person.headers, json={})
    assert gone.status == 204, gone.body
    events = await tables_that_name(life.url, NAME, USERNAME)
    connection = await asyncpg.connect(life.url)
    left = await connection.fetch(
        "select topic, access, user_id, body::text from core.live_events t where t::text like $1",
        f"%{life.person.id}%",
    )
    assert [tuple(row) for row in left] == [("*", True, None, "{}")]  # which takes the account's access away
    await forget_account(AccountDeleted(life.person.id), jobs_db)
    settings = RealtimeSettings(_env_file=None)  # type: ignore[call-arg]
    await forget_events(ForgetLiveEvents(), jobs_db, settings)
    assert "core.live_events" in await tables_that_name(life.url, str(life.person.id))
    await connection.execute("update core.live_events set created_at = created_at - interval '2 minutes'")
    await forget_events(ForgetLiveEvents(), jobs_db, settings)
    await connection.close()

    assert len(before) > 25
    assert await tables_that_name(life.url, str(life.person.id)) <= set(KEPT)
    assert await tables_that_name(life.url, NAME, USERNAME) == set()
    assert events <= {"core.notification_log"}
