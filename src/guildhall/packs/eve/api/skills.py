"""Skills, the queue and attributes of a character."""

from datetime import timedelta

from litestar import Response, get
from litestar.di import NamedDependency

from guildhall.core.identity.principal import requires
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.eve.api.parameters import READ, CharacterText
from guildhall.packs.eve.api.reading import reading, told
from guildhall.packs.eve.queries import skills as queries
from guildhall.packs.eve.rules.skills import SkillQueue, merged, queue_at
from guildhall.packs.eve.schemas.views.skills import Attributes, Skills
from guildhall.packs.eve.settings import EveSettings
from guildhall.web.problems import documented
from guildhall.web.routes import below


@get("/characters/{character_id:str}/skills", summary="A character's skills", responses=documented(400, 401, 403, 404))
async def get_skills(
    character_id: CharacterText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Response[Skills]:
    """Return the skills by id.

    Levels that the queue has finished replace the game's own, which wait for the next login.
    """
    async with reading(db, viewer, character_id, "skills") as at:
        skills = await queries.shown_skills.many(at.tx, at.character.id)
        queue = await queries.shown_queue.many(at.tx, at.character.id)
        totals = await queries.shown_totals.one_or_none(at.tx, at.character.id)
    items = merged(skills, queue, at.tx.now)
    total, unallocated = (totals.total_sp, totals.unallocated_sp) if totals is not None else (None, None)
    return told(Skills(items, total, unallocated, at.as_of, at.age), at.age)


@get(
    "/characters/{character_id:str}/skill-queue",
    summary="A character's skill queue by the clock",
    responses=documented(400, 401, 403, 404),
)
async def get_skill_queue(
    character_id: CharacterText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[EveSettings],
) -> Response[SkillQueue]:
    """Remaining seconds and percent are of the moment `now`. A paused queue has neither; finished entries stay
    listed until the pilot's next login, as in the game.
    """
    async with reading(db, viewer, character_id, "skill_queue") as at:
        rows = await queries.shown_queue.many(at.tx, at.character.id)
    return told(queue_at(rows, at.tx.now, timedelta(hours=settings.queue_ends_hours), at.as_of), at.age)


@get(
    "/characters/{character_id:str}/attributes",
    summary="A character's attributes",
    responses=documented(400, 401, 403, 404),
)
async def get_attributes(
    character_id: CharacterText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Response[Attributes]:
    """Return the attributes, on which training speed depends, and the remaps."""
    async with reading(db, viewer, character_id, "attributes") as at:
        attributes = await queries.shown_attributes.one_or_none(at.tx, at.character.id)
    return told(Attributes(attributes, at.as_of, at.age), at.age)


routes = below("/api/v1/eve", [get_skills, get_skill_queue, get_attributes], guards=[requires(READ)])
