"""Reports of profiles: made once, handled once, by moderators."""

from uuid import uuid4

from tests.core.social.make import API, make_people, make_person

REASON = {"reason": "Pretends to be somebody else"}


async def test_a_profile_is_reported_once_and_handled_once(guildhall):
    anna, bert = await make_people(guildhall, ["anna", "bert"])
    staff = await guildhall.sign_in(role="moderator")

    made = await anna.post(f"{API}/profiles/bert/reports", json=REASON)
    again = await anna.post(f"{API}/profiles/Bert/reports", json=REASON)
    own = await bert.post(f"{API}/profiles/bert/reports", json=REASON)
    nobody = await bert.post(f"{API}/profiles/nobody/reports", json=REASON)
    listed = await staff.items(f"{API}/profile-reports")
    answer = f"{API}/profile-reports/{made.json['id']}/answer"
    denied = await anna.post(answer, json={"status": "dismissed"})
    handled = await staff.post(answer, json={"status": "resolved", "resolution": "Renamed"})
    twice = await staff.post(answer, json={"status": "dismissed"})

    assert made.status == 201
    assert (again.code, own.code, nobody.code) == (
        "social.already_reported", "social.to_yourself", "social.profile_not_found",
    )  # fmt: skip
    assert [(one["handle"], one["reason"], one["status"]) for one in listed] == [("bert", REASON["reason"], "open")]
    assert denied.code == "identity.role_missing"
    assert (handled.json["status"], handled.json["handled_by"]) == ("resolved", str(staff.id))
    assert (twice.status, twice.code) == (409, "social.report_handled")
    assert await staff.items(f"{API}/profile-reports") == []
    assert len(await staff.items(f"{API}/profile-reports?status=resolved")) == 1
    assert (await anna.get(f"{API}/profile-reports")).code == "identity.role_missing"
    missing = await staff.post(f"{API}/profile-reports/{uuid4()}/answer", json={"status": "dismissed"})
    assert missing.code == "social.report_not_found"
    acts = await guildhall.rows("select slice, act from core.audit_log")
    assert acts == [{"slice": "social", "act": "report_resolved"}]


async def test_a_moderator_does_not_handle_a_report_of_themselves(guildhall):
    anna = await make_person(guildhall, "anna")
    staff = await make_person(guildhall, "staffer", role="moderator")
    made = await anna.post(f"{API}/profiles/staffer/reports", json=REASON)

    answer = await staff.post(f"{API}/profile-reports/{made.json['id']}/answer", json={"status": "dismissed"})

    assert answer.code == "social.to_yourself"


async def test_reports_that_wait_are_limited_and_paged(start_guildhall):
    guildhall = await start_guildhall(social={"open_reports_most": 2})
    anna, *others = await make_people(guildhall, ["anna", "bert", "cleo", "dora"])
    staff = await guildhall.sign_in(role="admin")

    answers = [await anna.post(f"{API}/profiles/{one}/reports", json=REASON) for one in ("bert", "cleo", "dora")]

    assert [one.status for one in answers] == [201, 201, 409]
    assert answers[2].code == "social.too_many_reports"
    found = await staff.items(f"{API}/profile-reports?limit=1")
    assert [one["subject_id"] for one in found] == [str(others[1].id), str(others[0].id)]
    assert (await staff.get(f"{API}/profile-reports?after=x")).code == "bad_cursor"
