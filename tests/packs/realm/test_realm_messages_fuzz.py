"""Everything about messages, asked for in many ways by people who have a character."""

import asyncio
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guildhall.testing.people import Person
from tests.packs.realm.make import make_player
from tests.packs.realm.place import Place, make_place
from tests.web.test_fuzz import EXAMPLES, Target, attempt

OURS = ("/messages", "/direct", "/blocks", "/mentions", "/live", "/search", "/unread", "/pins", "/read")


def fuzz(target: Target) -> dict[str, set[int]]:
    """Ask for everything with what exists and with whatever the description allows; the statuses, by operation."""
    settled = settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    seen: dict[str, set[int]] = {}
    for result in schemathesis.openapi.from_url(f"{target.address}/openapi.json").get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]
        path = operation.path.removeprefix("/api/v1/realm")
        if path == operation.path or not any(part in path for part in OURS):
            continue
        statuses = seen.setdefault(f"{operation.method.upper()} {path}", set())
        headers = target.sign_in()
        for choices in (st.none(), st.integers(0, 1), st.integers(0, 1)):
            settled(given(case=operation.as_strategy(), choice=choices)(attempt(target, headers, statuses)))()
    return seen


async def someone(place: Place) -> Person:
    return await make_player(place.guildhall, place.server, badge="moderator")


@pytest.mark.slow
async def test_no_input_makes_an_answer_that_the_description_does_not_know(guildhall):
    place = await make_place(guildhall)
    said = await place.say(*(f"dragon {number}" for number in range(4)))
    loop = asyncio.get_running_loop()

    def sign_in() -> dict[str, str]:
        return asyncio.run_coroutine_threadsafe(someone(place), loop).result(30).headers

    def known(*ids: UUID) -> list[str]:
        return [str(one) for one in ids]

    target = Target(
        guildhall.address,
        {
            "server_id": known(place.server),
            "channel_id": known(place.channel),
            "message_id": known(said[0], said[1]),
            "user_id": known(place.speaker.id, place.reader.id),
            "reaction": ["👍"],
        },
        sign_in,
    )

    seen = await asyncio.to_thread(fuzz, target)

    assert len(seen) >= 20
    for operation, statuses in seen.items():
        assert statuses <= {200, 201, 204, 304, 400, 403, 404, 409, 413, 422, 429}, operation
        assert statuses & {200, 201, 204, 403, 404, 409, 422}, operation
