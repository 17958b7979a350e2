"""Industry jobs and colonies."""

from datetime import datetime

from msgspec import Struct, structs

from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.errors import Unavailable
from guildhall.packs.eve.actions.asking import Asking, Change, Fetched
from guildhall.packs.eve.queries import rows, stored
from guildhall.packs.eve.rules import routes
from guildhall.packs.eve.schemas.industry import GivenJob, IndustryJob
from guildhall.packs.eve.schemas.planets import Extractor, GivenLayout, GivenPlanet, KnownPlanet

RUNNING = ("active", "paused", "ready")
_JOBS = Rows(list[GivenJob])
_PLANETS = Rows(list[GivenPlanet])
_LAYOUT = Rows(GivenLayout)


async def fetch_jobs(asking: Asking) -> Fetched:
    """Jobs, completed ones too. The change is of lists of IndustryJob: all that ESI lists, and those stored of them.

    One that ran and is listed no more is `unknown`, so that it does not count as ready for good.
    """
    me = asking.standing
    target = f"/characters/{me.character_id}/industry/jobs?include_completed=true"
    answer = await asking.get_if_changed(routes.INDUSTRY, target)
    if asking.same(answer):
        return asking.unchanged(answer)
    given = asking.decode(routes.INDUSTRY, answer, _JOBS)

    async def store(tx: Transaction) -> Change:
        before = {row.job_id: row for row in await stored.jobs.many(tx, me.id, [job.job_id for job in given])}
        now = asking.as_of or tx.now
        after = [_row(job, now if (old := before.get(job.job_id)) is None else old.last_seen_at) for job in given]
        # Nobody tells what became of one that is listed no more. An empty list alone proves nothing.
        listed = {job.job_id for job in given}
        if given and not asking.odd:
            after += [
                structs.replace(row, status="unknown")
                for row in before.values()
                if row.job_id not in listed and row.status in RUNNING
            ]
        touched = [job for job in after if job != before.get(job.job_id)]
        if touched:
            await rows.save["industry_jobs"].run(tx, me.id, me.user_id, rows.encoded(touched))
        return Change(list(before.values()), after)

    return asking.changed(answer, store)


def _row(job: GivenJob, seen_at: datetime) -> IndustryJob:
    return IndustryJob(
        job.job_id, job.activity_id, job.status, job.blueprint_id, job.blueprint_type_id, job.blueprint_location_id,
        job.output_location_id, job.facility_id, job.station_id, job.installer_id, job.product_type_id, job.runs,
        job.licensed_runs, job.successful_runs, job.probability, job.cost, job.duration, job.start_date, job.end_date,
        job.pause_date, job.completed_date, job.completed_character_id, seen_at,
    )  # fmt: skip


class _Layout(Struct, frozen=True):
    """A colony's layout as it came, what of it is stored in rows, and until when it holds."""

    planet_id: int
    raw: bytes
    extractors: list[Extractor]
    of: datetime
    expires_at: datetime


async def fetch_planets(asking: Asking) -> Fetched:
    """Colonies, and the layout of each that was modified. The change is of lists of Extractor.

    A layout only changes when its owner changes it, which the list's last_update tells; so it is not asked else.
    The section's cursor counts the layouts that could not be fetched yet.
    """
    me = asking.standing
    base = f"/characters/{me.character_id}/planets"
    answer = await asking.get_if_changed(routes.PLANETS, base)
    if asking.same(answer) and not asking.known.cursor:
        return asking.unchanged(answer)
    async with asking.db.read() as tx:
        known = {planet.planet_id: planet for planet in await stored.planets.many(tx, me.id)}
    given = None if answer.body is None else asking.decode(routes.PLANETS, answer, _PLANETS)
    updated = (
        {one.planet_id: one.last_update for one in known.values()}
        if given is None
        else {one.planet_id: one.last_update for one in given}
    )
    layouts, missing = await _layouts(asking, base, known, updated)

    async def store(tx: Transaction) -> Change:
        before = await stored.extractors.many(tx, me.id)
        if given is not None:
            await rows.save["planets"].run(tx, me.id, me.user_id, rows.encoded(given))
            if not asking.odd:
                await rows.keep_only["planets"].run(tx, me.id, list(updated))
                await rows.forget_colonies.run(tx, me.id, list(updated))
        for one in layouts:
            await stored.save_layout.run(tx, me.id, one.planet_id, one.raw, one.of, one.expires_at)
            await rows.save["extractors"].run(tx, me.id, me.user_id, rows.encoded(one.extractors))
            pins = [extractor.pin_id for extractor in one.extractors]
            if not asking.odd:
                await rows.keep_only_pins.run(tx, me.id, one.planet_id, pins)
        return Change(before, await stored.extractors.many(tx, me.id))

    return asking.changed(answer, store, cursor=missing)


async def _layouts(
    asking: Asking, base: str, known: dict[int, KnownPlanet], updated: dict[int, datetime]
) -> tuple[list[_Layout], int]:
    """The layouts that are not of the colony's last change, and how many of them could not be had."""
    found: list[_Layout] = []
    missing = 0
    for planet_id, last_update in updated.items():
        old = known.get(planet_id)
        if old is not None and old.layout_of == last_update:
            continue
        missing += 1
        if old is not None and old.layout_expires_at is not None and old.layout_expires_at > asking.esi.clock.now():
            continue
        try:
            answer = await asking.get(routes.PLANET, f"{base}/{planet_id}")
            layout = asking.decode(routes.PLANET, answer, _LAYOUT)
        except (Unavailable, UpstreamNotFound):
            continue
        missing -= 1
        extractors = [
            Extractor(
                planet_id, pin.pin_id, pin.type_id, pin.extractor_details.product_type_id,
                pin.extractor_details.cycle_time, pin.extractor_details.qty_per_cycle, pin.install_time,
                pin.expiry_time,
            )
            for pin in layout.pins
            if pin.extractor_details is not None
        ]  # fmt: skip
        found.append(_Layout(planet_id, answer.body or b"{}", extractors, last_update, answer.expires_at))
    return found, missing
