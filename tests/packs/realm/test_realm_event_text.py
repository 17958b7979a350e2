"""An event that is spliced from parts is the event that is encoded whole."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.realtime.ticks import driver_uuid, live_id, live_ids
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, ServerId
from guildhall.packs.realm.writer.schemas import EventText, LiveMessage

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        '"\\u0000"',
        "\x00",
        "0001-01-01T00:00:00Z",
        '"0001-01-01T00:00:00Z"',
        "00000000-0000-0000-0000-000000000000",
        "%b",
    ]
)


@given(TEXTS, TEXTS, st.uuids(), st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_a_spliced_event_is_the_encoded_one(username, content, one, at):
    user, server, channel = UserId(UUID(int=1)), ServerId(UUID(int=2)), ChannelId(UUID(int=3))
    text = EventText("user", user, username, server, channel)

    spliced = text.data(driver_uuid(one), content, msgspec.json.encode(at))

    assert spliced == msgspec.json.encode(
        LiveMessage(one, "user", user, username or None, server, channel, content, None, None, None, at)
    )


@given(st.integers(0, 2**60 - 2), st.integers(1, 300), st.integers(0, 2**48 - 1))
def test_the_ids_of_a_batch_are_those_of_its_messages(tick, count, noise):
    assert live_ids(tick, count, noise) == [live_id(tick, n, noise) for n in range(1, count + 1)]
