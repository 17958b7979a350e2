"""Skills, the queue and attributes of a character."""

from datetime import timedelta

from litestar import Response

from guildhall.pack import WebPart
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText
from guildhall.packs.eve.characters.reading import reading_for, with_age
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.skills import queries
from guildhall.packs.eve.skills.rules import SkillQueue, merged, queue_at
from guildhall.packs.eve.skills.schemas.views import Attributes, Skills
from guildhall.web.route import Read, Routes

routes = Routes("/api/v1/eve")


@routes.get("/characters/{character_id:str}/skills", scope=READ, raises=CHARACTER)
async def get_skills(character_id: CharacterText, tx: Read) -> Response[Skills]:
    """A character's skills.

    Return the skills by id.

    Levels that the queue has finished replace the game's own, which wait for the next login.
    """
    at = await reading_for(tx, character_id, "skills")
    skills = await queries.shown_skills.many(tx, at.character.id)
    queue = await queries.shown_queue.many(tx, at.character.id)
    totals = await queries.shown_totals.one_or_none(tx, at.character.id)
    items = merged(skills, queue, tx.now)
    total, unallocated = (totals.total_sp, totals.unallocated_sp) if totals is not None else (None, None)
    return with_age(Skills(items, total, unallocated, at.as_of, at.age), at.age)


@routes.get("/characters/{character_id:str}/skill-queue", scope=READ, raises=CHARACTER)
async def get_skill_queue(character_id: CharacterText, tx: Read, settings: EveSettings) -> Response[SkillQueue]:
    """A character's skill queue by the clock.

    Remaining seconds and percent are of the moment `now`. A paused queue has neither; finished entries stay
    listed until the pilot's next login, as in the game.
    """
    at = await reading_for(tx, character_id, "skill_queue")
    rows = await queries.shown_queue.many(tx, at.character.id)
    return with_age(queue_at(rows, tx.now, timedelta(hours=settings.queue_ends_hours), at.as_of), at.age)


@routes.get("/characters/{character_id:str}/attributes", scope=READ, raises=CHARACTER)
async def get_attributes(character_id: CharacterText, tx: Read) -> Response[Attributes]:
    """A character's attributes.

    Return the attributes, on which training speed depends, and the remaps.
    """
    at = await reading_for(tx, character_id, "attributes")
    attributes = await queries.shown_attributes.one_or_none(tx, at.character.id)
    return with_age(Attributes(attributes, at.as_of, at.age), at.age)


WEB = WebPart(routes=routes)
