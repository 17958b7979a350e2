"""What Stripe tells: believed when it is signed, once, in any order."""

import asyncio
import itertools
import json
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.clock import SetClock
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.subscriptions.actions import read_event, take_event
from guildhall.core.identity.subscriptions.errors import BadEvent, LimitReached, PremiumNeeded
from guildhall.core.identity.subscriptions.gates import Gate, allowed, require_feature, require_room
from guildhall.core.identity.subscriptions.messages import ExpireSubscriptions
from guildhall.core.identity.subscriptions.rules import Bought, Holding, holding, signed_by
from guildhall.core.jobs.actions import send
from guildhall.db.connection import connect
from guildhall.db.policies import JOBS
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.testing.people import make_user, sign_in

SECRET, OLD = "whsec_new", "whsec_old"
NOW = 1_795_000_000
DAY = 86_400
SETTINGS = IdentitySettings.model_construct(stripe_grace_hours=72)
CHARACTERS = Gate("Characters", free=3, premium=50)
ALARMS = Gate("Alarms", free=False, premium=True)


def signature(body, secret=SECRET, at=NOW):
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)


def test_signatures_are_what_stripes_own_library_makes():
    assert signed_by(signature(b'{"a": 1}'), b'{"a": 1}', [SECRET], NOW, 300)


@pytest.mark.parametrize(
    ("header", "good"),
    [
        (signature(b"{}", OLD), True),
        (signature(b"{}", "whsec_other"), False),
        (signature(b"{ }"), False),
        (signature(b"{}", at=NOW - 300), True),
        (signature(b"{}", at=NOW - 301), False),
        (signature(b"{}", at=NOW + 4000), True),
        (f"t={NOW},v1={'0' * 64},v1={signature(b'{}').partition('v1=')[2]}", True),
        (signature(b"{}").replace("v1=", "v0="), False),
        (signature(b"{}").replace(f"t={NOW}", f"t={NOW + 1}"), False),
        (f"{signature(b'{}')},t={NOW + 1}", False),
        ("", False),
        ("t=,v1=", False),
        (f"t={NOW}", False),
        ("v1=" + "0" * 64, False),
        (f"t=-1,v1={'0' * 64}", False),
        ("t=²,v1=" + "0" * 64, False),
    ],
)
def test_a_signature_is_of_a_secret_and_of_now(header, good):
    assert signed_by(header, b"{}", [SECRET, OLD], NOW, 300) is good


@given(st.text(max_size=200))
def test_no_header_breaks_it(header):
    assert not signed_by(header, b"{}", [SECRET], NOW, 300)


def subscription(user=None, status="active", ends=30, **more):
    return {
        "id": "sub_1",
        "customer": "cus_1",
        "status": status,
        "cancel_at_period_end": False,
        "items": {"data": [{"current_period_end": NOW + ends * DAY}]},
        "metadata": {} if user is None else {"user_id": str(user)},
        **more,
    }


def event(number, kind, body, at=0):
    return {"id": f"evt_{number}", "type": kind, "created": NOW + at, "data": {"object": body}}


def checkout(user, customer="cus_1"):
    return {"customer": customer, "client_reference_id": str(user), "subscription": "sub_1"}


def of(*told: Bought, now=NOW):
    """What follows from subscriptions."""
    return holding(told, datetime.fromtimestamp(now, UTC), timedelta(hours=72))


def bought(status="active", days=30, renews=True, name="sub_1"):
    return Bought(name, "cus_1", status, datetime.fromtimestamp(NOW + days * DAY, UTC), renews)


@pytest.mark.parametrize(
    ("told", "tier", "status"),
    [
        ((), "free", "active"),
        ((bought(),), "premium", "active"),
        ((bought("trialing"),), "premium", "active"),
        ((bought("past_due"),), "premium", "active"),
        ((bought("active", renews=False),), "premium", "canceled"),
        ((bought("canceled", renews=False),), "free", "expired"),
        ((bought("unpaid"),), "free", "expired"),
        ((bought("paused"),), "free", "expired"),
        ((bought("incomplete"),), "free", "active"),
        ((bought("active", days=-2),), "premium", "active"),
        ((bought("active", days=-4),), "free", "expired"),
        ((bought("active", days=-1, renews=False),), "free", "expired"),
        ((bought("canceled", name="sub_0"), bought()), "premium", "active"),
        ((bought(), bought("canceled", name="sub_2", days=40)), "premium", "active"),
    ],
)
def test_what_follows_from_subscriptions(told, tier, status):
    assert {(one.tier, one.status) for one in (of(*order) for order in itertools.permutations(told))} == {
        (tier, status)
    }


def test_nothing_bought_is_nothing_held():
    assert of() == Holding()


async def state(tx, user):
    row = await tx.connection.fetchrow(
        """
        select subscription_tier, subscription_status, subscription_ends_at, stripe_customer_id, stripe_subscription_id
        from core.users where id = $1
        """,
        user,
    )
    return tuple(row)


async def play(connection, users, events):
    """The users' states when events have come in this order; nothing stays of it."""
    tx = Transaction(connection, datetime.fromtimestamp(NOW + 5 * DAY, UTC))
    await connection.execute("savepoint play")
    for user in users:
        await make_user(tx, id=user)
    for one in events:
        await take_event(tx, read_event(json.dumps(one).encode()), SETTINGS)
    found = [await state(tx, user) for user in users]
    await connection.execute("rollback to savepoint play")
    return found


def histories(ann, ben):
    return {
        "a year that is cancelled": [
            event(1, "checkout.session.completed", checkout(ann)),
            event(2, "customer.subscription.created", subscription(status="incomplete")),
            event(3, "customer.subscription.updated", subscription()),
            event(4, "customer.subscription.updated", subscription(cancel_at_period_end=True), at=DAY),
            event(5, "invoice.payment_failed", {"customer": "cus_1"}, at=DAY),
        ],
        "ended in the second it was changed in": [
            event(1, "customer.subscription.created", subscription(ann)),
            event(2, "customer.subscription.updated", subscription(ann, status="past_due"), at=DAY),
            event(0, "customer.subscription.deleted", subscription(ann, status="canceled", ended_at=NOW + DAY), at=DAY),
        ],
        "a second one in place of the first": [
            event(1, "customer.subscription.created", subscription(ann)),
            event(2, "customer.subscription.created", subscription(id="sub_2", ends=60), at=2 * DAY),
            event(
                3, "customer.subscription.deleted", subscription(status="canceled", ended_at=NOW + 3 * DAY), at=3 * DAY
            ),
            event(4, "checkout.session.completed", checkout(ann, "cus_9"), at=4),
        ],
        "a customer that two are named for": [
            event(1, "checkout.session.completed", checkout(ann), at=1),
            event(2, "checkout.session.completed", checkout(ben), at=2),
            event(3, "customer.subscription.created", subscription(), at=1),
            event(4, "customer.subscription.paused", subscription(status="paused"), at=3),
            event(5, "customer.subscription.resumed", subscription(), at=4),
        ],
    }


EXPECTED = {
    "a year that is cancelled": [("premium", "canceled", "cus_1", "sub_1"), ("free", "active", None, None)],
    "ended in the second it was changed in": [("free", "expired", "cus_1", "sub_1"), ("free", "active", None, None)],
    "a second one in place of the first": [("premium", "active", "cus_1", "sub_2"), ("free", "active", None, None)],
    "a customer that two are named for": [("premium", "active", "cus_1", "sub_1"), ("free", "active", None, None)],
}


@pytest.mark.parametrize("name", list(EXPECTED))
async def test_every_order_of_arrival_ends_alike(tx, name):
    ann, ben = uuid7(), uuid7()
    events = histories(ann, ben)[name]
    ends = set()
    for order in itertools.permutations(events):
        ends.add(tuple(await play(tx.connection, [ann, ben], order)))

    assert len(ends) == 1
    assert [(end[0], end[1], end[3], end[4]) for end in ends.pop()] == EXPECTED[name]


def test_any_mixture_and_repetition_ends_alike(worker_url):
    """Random histories of two customers and three subscriptions, shuffled, with events sent again."""
    ann, ben = uuid7(), uuid7()
    kinds = ["created", "updated", "deleted", "paused", "resumed"]
    one_event = st.builds(
        lambda kind, sub, customer, owner, status, ends, ending, at: event(
            0,
            f"customer.subscription.{kind}",
            subscription(owner, status, ends, id=sub, customer=customer, cancel_at_period_end=ending),
            at,
        ),
        st.sampled_from(kinds), st.sampled_from(["sub_1", "sub_2", "sub_3"]), st.sampled_from(["cus_1", "cus_2"]),
        st.sampled_from([None, ann, ben]), st.sampled_from(["active", "past_due", "canceled", "incomplete", "unpaid"]),
        st.integers(-10, 60), st.booleans(), st.integers(0, 3),
    ) | st.builds(
        lambda who, customer, at: event(0, "checkout.session.completed", checkout(who, customer), at),
        st.sampled_from([ann, ben]), st.sampled_from(["cus_1", "cus_2"]), st.integers(0, 3),
    )  # fmt: skip

    async def ends(orders):
        connection = await connect(worker_url, JOBS)
        await connection.execute("begin")
        try:
            return [await play(connection, [ann, ben], order) for order in orders]
        finally:
            await connection.execute("rollback")
            await connection.close()

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    @given(st.lists(one_event, max_size=6), st.randoms(use_true_random=False))
    def mixed(events, random):
        events = [{**one, "id": f"evt_{number}"} for number, one in enumerate(events)]
        # a subscription is one customer's for good
        for one in events:
            if "metadata" in (body := one["data"]["object"]):
                body["customer"] = "cus_2" if body["id"] == "sub_3" else "cus_1"
        again = events + random.sample(events, len(events) // 2)
        random.shuffle(again)
        first, second = asyncio.run(ends([events, again]))
        assert first == second

    mixed()


async def test_an_event_counts_once(tx):
    ann = await make_user(tx)
    told = read_event(json.dumps(event(1, "customer.subscription.created", subscription(ann))).encode())

    assert [await take_event(tx, told, SETTINGS) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"id":"e","type":"t","created":1e30,"data":{"object":{}}}', b"[" * 100_000,
     b'{"id":"","type":"t","created":1,"data":{"object":{}}}',
     b'{"id":"e","type":"t","created":99999999999999,"data":{"object":{}}}'],
)  # fmt: skip
def test_what_is_no_event_is_told_so(body):
    with pytest.raises(BadEvent):
        read_event(body)


@pytest.fixture
async def clock():
    return SetClock(datetime.fromtimestamp(NOW, UTC))


@pytest.fixture
async def server(start_guildhall):
    return await start_guildhall(identity={"stripe_webhook_secrets": [SECRET, OLD]})


async def tell(server, told, secret=SECRET, age=0, **headers):
    body = json.dumps(told).encode()
    at = int(server.runtime.clock.timestamp()) - age
    headers = {"stripe-signature": signature(body, secret, at), "content-type": "application/json", **headers}
    return await server.post("/api/v1/stripe/webhook", data=body, headers=headers)


def current(user, kind="customer.subscription.created", number=1, **more):
    now = int(datetime.now(UTC).timestamp())
    body = subscription(user, **more)
    body["items"] = {"data": [{"current_period_end": now + 30 * DAY}]}
    return {"id": f"evt_{number}", "type": kind, "created": now, "data": {"object": body}}


async def test_a_signed_event_makes_premium(server):
    ann = await sign_in(server)

    answer = await tell(server, current(ann.id))

    assert (answer.status, answer.json) == (200, {"received": True})
    me = (await server.get("/api/v1/me", headers=ann.headers)).json
    assert (me["subscription"]["tier"], me["subscription"]["status"]) == ("premium", "active")


async def test_an_older_api_version_says_the_paid_time_elsewhere(server):
    ann = await sign_in(server)
    told = current(ann.id)
    ends = told["data"]["object"].pop("items")["data"][0]["current_period_end"]
    told["data"]["object"]["current_period_end"] = ends

    await tell(server, told)

    me = (await server.get("/api/v1/me", headers=ann.headers)).json
    assert datetime.fromisoformat(me["subscription"]["ends_at"]).timestamp() == ends + 72 * 3600


@pytest.mark.parametrize(
    "forged",
    [{"secret": "whsec_guess"}, {"age": 301}, {"stripe-signature": ""}, {"stripe-signature": "t=1,v1=" + "0" * 64}],
    ids=str,
)
async def test_an_event_that_stripe_has_not_signed_just_now_is_refused(server, forged):
    ann = await sign_in(server)

    answer = await tell(server, current(ann.id), **forged)

    assert (answer.status, answer.code) == (400, "identity.bad_signature")
    assert (await server.get("/api/v1/me", headers=ann.headers)).json["subscription"]["tier"] == "free"


async def test_unknown_events_and_strangers_are_taken_and_mean_nothing(server):
    answers = [
        await tell(server, current(None, "product.created", 1)),
        await tell(server, current(uuid7(), "customer.subscription.created", 2)),
        await tell(server, {**current(None, "checkout.session.completed", 3), "data": {"object": {}}}),
    ]

    assert [one.status for one in answers] == [200, 200, 200]


async def test_a_signed_event_of_another_shape_is_told_and_not_noted(server):
    told = {**current(None), "data": {"object": {"id": 7}}}

    assert (await tell(server, told)).code == "identity.bad_event"
    connection = await asyncpg.connect(server.runtime.url)
    assert await connection.fetchval("select count(*) from core.stripe_events") == 0
    await connection.close()


async def test_sixteen_deliveries_at_once_are_one(server):
    ann = await sign_in(server)
    told = current(ann.id)

    answers = await asyncio.gather(*(tell(server, told) for _ in range(16)))

    assert {one.status for one in answers} == {200}
    events = (await server.get("/api/v1/me/security-events", headers=ann.headers)).json["items"]
    assert [one["kind"] for one in events] == ["subscription_changed"]


async def test_the_checkout_and_the_subscription_arrive_at_once(server):
    people = [await sign_in(server) for _ in range(8)]
    told = []
    for number, person in enumerate(people):
        customer = f"cus_{number}"
        told.append(current(None, "customer.subscription.created", f"s{number}", id=f"sub_{number}", customer=customer))
        told.append(current(None, "checkout.session.completed", f"c{number}"))
        told[-1]["data"]["object"] = checkout(person.id, customer)

    assert {one.status for one in await asyncio.gather(*(tell(server, one) for one in told))} == {200}

    for person in people:
        me = (await server.get("/api/v1/me", headers=person.headers)).json
        assert me["subscription"]["tier"] == "premium"


async def test_without_a_secret_nothing_is_taken(guildhall):
    answer = await tell(guildhall, current(None))

    assert (answer.status, answer.code) == (503, "identity.stripe_not_configured")


async def test_a_gate_gives_what_the_tier_has_at_this_second(tx):
    ends = tx.now + timedelta(days=1)
    free = await make_user(tx)
    paid = await make_user(tx, subscription_tier="premium", subscription_ends_at=ends)
    ending = await make_user(tx, subscription_tier="premium", subscription_status="canceled", subscription_ends_at=ends)
    later = Transaction(tx.connection, ends)

    assert [await allowed(tx, one, CHARACTERS) for one in (free, paid, ending)] == [3, 50, 50]
    assert [await allowed(later, one, CHARACTERS) for one in (free, paid, ending)] == [3, 3, 3]
    assert await allowed(tx, paid, ALARMS) is True
    await require_feature(tx, paid, ALARMS)
    await require_room(tx, paid, CHARACTERS, used=49)
    with pytest.raises(PremiumNeeded, match="Alarms"):
        await require_feature(tx, free, ALARMS)
    with pytest.raises(LimitReached, match="allows 3 at most"):
        await require_room(tx, free, CHARACTERS, used=3)


async def test_a_subscription_of_which_nothing_is_heard_ends_by_time(start_worker, clone):
    now = datetime.now(UTC)
    over = await make_user(clone, subscription_tier="premium", subscription_ends_at=now - timedelta(minutes=1))
    good = await make_user(clone, subscription_tier="premium", subscription_ends_at=now + timedelta(hours=1))
    worker = await start_worker()
    async with worker.runtime.db.write() as tx:
        await send(tx, ExpireSubscriptions())
    await worker.idle()

    async with worker.runtime.db.read() as tx:
        assert (await state(tx, over))[:2] == ("free", "expired")
        assert (await state(tx, good))[:2] == ("premium", "active")
