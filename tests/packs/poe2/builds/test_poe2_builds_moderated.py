"""Reports of builds, builds that moderators take back, and featured ones."""

from tests.packs.poe2.builds.world import BUILDS, edit, made_build

REPORTS = "/api/v1/poe2/build-reports"


async def report(person, build, reason: str = "Insults in the notes"):
    """Report a build."""
    return await person.post(f"{BUILDS}/{build['short_id']}/reports", json={"reason": reason})


async def acts(guildhall) -> list[str]:
    """The acts in the audit log, in order."""
    return [row["act"] for row in await guildhall.rows("select act from core.audit_log order by id")]


async def test_a_report_is_made_once_listed_and_answered_once(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    moderator = await guildhall.sign_in(role="moderator")
    build = await made_build(ana, 1)

    made, again = await report(bo, build), await report(bo, build)
    own = await report(ana, build)
    (listed,) = await moderator.items(REPORTS)
    answer = {"status": "dismissed", "resolution": "A joke"}
    answered = await moderator.post(f"{REPORTS}/{made.json['id']}/answer", json=answer)
    twice = await moderator.post(f"{REPORTS}/{made.json['id']}/answer", json=answer)

    assert made.status == 201
    assert (again.status, again.code) == (409, "poe2.already_reported")
    assert (own.status, own.code) == (409, "poe2.own_build")
    assert (listed["title"], listed["reporter_id"], listed["subject_id"]) == (build["title"], str(bo.id), str(ana.id))
    assert (answered.json["status"], answered.json["resolution"]) == ("dismissed", "A joke")
    assert (twice.status, twice.code) == (409, "poe2.report_handled")
    (mine,) = await bo.items("/api/v1/poe2/me/build-reports")
    assert (mine["build_id"], mine["status"]) == (build["id"], "dismissed")
    assert await moderator.items(REPORTS) == []
    assert (await guildhall.get(f"{BUILDS}/{build['id']}")).status == 200
    assert await acts(guildhall) == ["report_dismissed"]


async def test_a_build_that_is_taken_back_stays_a_draft_until_it_is_allowed(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    moderator = await guildhall.sign_in(role="moderator")
    build = await made_build(ana, 1)
    address = f"/api/v1/poe2/b/{build['short_id']}"
    assert (await guildhall.get(address)).status == 200
    made = await report(bo, build)

    answer = {"status": "resolved", "withhold": True}
    answered = await moderator.post(f"{REPORTS}/{made.json['id']}/answer", json=answer)
    await guildhall.work()

    assert answered.json["withheld_at"] is not None
    assert (await guildhall.get(address)).status == (await bo.get(f"{BUILDS}/{build['id']}")).status == 404
    mine = (await ana.get(f"{BUILDS}/{build['id']}")).json
    assert (mine["visibility"], mine["withheld_at"]) == ("draft", answered.json["withheld_at"])
    assert (await moderator.get(f"{BUILDS}/{build['id']}")).status == 200
    refused = await edit(ana, mine, visibility="unlisted")
    assert (refused.status, refused.code) == (409, "poe2.build_withheld")
    mended = (await edit(ana, mine, title="Without insults")).json["build"]
    (notice,) = (await ana.get("/api/v1/notifications")).json["items"]
    assert notice["type"] == "poe2.build_withheld"

    allowed = await moderator.delete(f"{BUILDS}/{build['id']}/withholding")
    again = await moderator.delete(f"{BUILDS}/{build['id']}/withholding")

    assert (allowed.json["visibility"], allowed.json["revision"]) == ("public", mended["revision"] + 1)
    assert (again.status, again.code) == (409, "poe2.not_withheld")
    assert (await guildhall.get(address)).json["title"] == "Without insults"
    assert await acts(guildhall) == ["report_resolved", "build_withheld", "build_allowed"]
    facts = await guildhall.rows(
        """
        select job_type from core.jobs where job_type like 'poe2.build%' and handler is null order by created_at, id
        """
    )
    assert [row["job_type"] for row in facts] == [
        "poe2.build_published", "poe2.build_unpublished", "poe2.build_withheld", "poe2.build_changed",
        "poe2.build_published",
    ]  # fmt: skip


async def test_moderators_alone_moderate_and_never_themselves(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    moderator = await guildhall.sign_in(role="moderator")
    build, own = await made_build(ana, 1), await made_build(moderator, 2)
    made = (await report(bo, build)).json
    about = (await report(bo, own)).json

    for answer in (
        await bo.get(REPORTS),
        await bo.post(f"{REPORTS}/{made['id']}/answer", json={"status": "resolved"}),
        await bo.delete(f"{BUILDS}/{build['id']}/withholding"),
        await ana.put(f"{BUILDS}/{build['id']}/feature"),
        await ana.delete(f"{BUILDS}/{build['id']}/feature"),
    ):
        assert (answer.status, answer.code) == (403, "poe2.not_a_moderator")
    themselves = await moderator.post(f"{REPORTS}/{about['id']}/answer", json={"status": "dismissed"})
    assert (themselves.status, themselves.code) == (403, "poe2.about_yourself")
    nothing = await moderator.post(f"{REPORTS}/{build['id']}/answer", json={"status": "dismissed"})
    assert (nothing.status, nothing.code) == (404, "poe2.report_not_found")
    others = await edit(moderator, build, title="Mine now")
    assert (others.status, others.code) == (403, "poe2.not_your_build")
    assert (await moderator.delete(f"{BUILDS}/{build['id']}")).status == 403
    assert (await report(guildhall, build)).status == 401


async def test_reports_of_a_person_are_bounded(start_guildhall):
    guildhall = await start_guildhall(poe2={"build_reports_most": 1})
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    one, other = await made_build(ana, 1), await made_build(ana, 2)

    assert (await report(bo, one)).status == 201
    refused = await report(bo, other)

    assert (refused.status, refused.code) == (409, "poe2.too_many_reports")


async def test_a_featured_build_is_public_and_is_featured_no_longer_when_it_is_not(guildhall):
    ana = await guildhall.sign_in()
    moderator = await guildhall.sign_in(role="admin")
    build = await made_build(ana, 1, visibility="unlisted")
    path = f"{BUILDS}/{build['id']}/feature"

    refused = await moderator.put(path)
    public = (await edit(ana, build, visibility="public")).json["build"]
    await guildhall.get(f"/api/v1/poe2/b/{build['short_id']}")
    featured = (await moderator.put(path)).json
    shown = (await guildhall.get(f"/api/v1/poe2/b/{build['short_id']}")).json
    hidden = (await edit(ana, public, visibility="unlisted")).json["build"]
    again = (await edit(ana, hidden, visibility="public")).json["build"]
    twice = [(await moderator.put(path)).json["is_featured"] for _ in range(2)]
    ended = (await moderator.delete(path)).json

    assert (refused.status, refused.code) == (409, "poe2.not_public")
    assert featured["is_featured"] is shown["is_featured"] is True
    assert hidden["is_featured"] is again["is_featured"] is ended["is_featured"] is False
    assert twice == [True, True]
    assert await acts(guildhall) == ["build_featured", "build_featured", "build_unfeatured"]
