"""Skills, the skill queue, attributes."""

from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.packs.eve.sections import rows
from guildhall.packs.eve.sections.asking import Asking, Change, Fetched
from guildhall.packs.eve.skills import queries
from guildhall.packs.eve.skills.schemas.stored import Attributes, QueueEntry, SkillSheet
from guildhall.packs.eve.upstream import routes

_SHEET = Rows(SkillSheet)
_QUEUE = Rows(list[QueueEntry])
_ATTRIBUTES = Rows(Attributes)


async def fetch_skills(asking: Asking) -> Fetched:
    """Fetch the trained skills. The change holds lists of Skill."""
    me = asking.standing
    answer = await asking.get_if_changed(routes.SKILLS, f"/characters/{me.character_id}/skills")
    if asking.same(answer):
        return asking.unchanged(answer)
    sheet = asking.decode(routes.SKILLS, answer, _SHEET)

    async def store(tx: Transaction) -> Change:
        before = await queries.skills.many(tx, me.id)
        await rows.save["skills"].run(tx, me.id, me.user_id, rows.encoded(sheet.skills))
        if not asking.odd:
            await rows.keep_only["skills"].run(tx, me.id, [skill.skill_id for skill in sheet.skills])
        await queries.save_totals.run(
            tx, me.id, me.user_id, sheet.total_sp, sheet.unallocated_sp or 0, asking.as_of or tx.now
        )
        return Change(before, sheet.skills)

    return asking.changed(answer, store)


async def fetch_queue(asking: Asking) -> Fetched:
    """Fetch the skill queue. The change holds lists of QueueEntry in the queue's order."""
    me = asking.standing
    answer = await asking.get_if_changed(routes.SKILL_QUEUE, f"/characters/{me.character_id}/skillqueue")
    if asking.same(answer):
        return asking.unchanged(answer)
    given = asking.decode(routes.SKILL_QUEUE, answer, _QUEUE)
    queue = sorted(given, key=lambda entry: entry.queue_position)

    async def store(tx: Transaction) -> Change:
        before = await queries.queue.many(tx, me.id)
        if not asking.odd:
            await rows.keep_only["skill_queue"].run(tx, me.id, [entry.queue_position for entry in queue])
        await rows.save["skill_queue"].run(tx, me.id, me.user_id, rows.encoded(queue))
        return Change(before, queue)

    return asking.changed(answer, store)


async def fetch_attributes(asking: Asking) -> Fetched:
    """Fetch the attributes, on which training speed depends."""
    me = asking.standing
    answer = await asking.get_if_changed(routes.ATTRIBUTES, f"/characters/{me.character_id}/attributes")
    if asking.same(answer):
        return asking.unchanged(answer)
    attributes = asking.decode(routes.ATTRIBUTES, answer, _ATTRIBUTES)

    async def store(tx: Transaction) -> Change:
        await rows.save["attributes"].run(tx, me.id, me.user_id, rows.encoded([attributes]))
        return Change(after=[attributes])

    return asking.changed(answer, store)
