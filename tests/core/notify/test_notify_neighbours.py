"""One notification that cannot be worded holds up nobody else's."""

from guildhall.core.notify.rules import consolidation
from tests.core.notify.make import make_pilot, notice, rows, sending, tell


async def test_a_notification_that_cannot_be_worded_is_told_plainly_and_the_others_as_ever(
    jobs_db, clone, phones, monkeypatch
):
    mine, other = await make_pilot(clone, "one"), await make_pilot(clone, "two")
    await tell(jobs_db, notice(mine, body="odd"))
    await tell(jobs_db, notice(other, body="Gunnery V"))
    consolidated = consolidation.consolidated

    def odd(notices, kinds, lines):
        if notices[0].body == "odd":
            raise KeyError("a template that nobody thought of")
        return consolidated(notices, kinds, lines)

    monkeypatch.setattr(consolidation, "consolidated", odd)
    async with sending(jobs_db, **phones.settings) as sender:
        done = await sender.run()

    assert (done.sent, done.failed) == (2, 0)
    assert [title for title, _ in phones.shown("one")] == ["A notification"]
    assert [body for _, body in phones.shown("two")] == ["Gunnery V"]
    assert {row["status"] for row in await rows(jobs_db)} == {"sent"}
