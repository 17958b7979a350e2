"""The user's characters."""

from litestar import Response, delete, get, put
from litestar.di import NamedDependency

from guildhall.core.identity.principal import requires
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.eve.actions import owned as actions
from guildhall.packs.eve.api.parameters import READ, WRITE, CharacterText, character_number
from guildhall.packs.eve.api.reading import age_of, reading, told
from guildhall.packs.eve.queries.owned import card_for, characters_for, sections_for
from guildhall.packs.eve.schemas.views.characters import Authorisation, Character, Characters, DefaultCharacter
from guildhall.packs.eve.settings import EveSettings
from guildhall.web.problems import documented
from guildhall.web.routes import below

LINK = "/api/v1/me/identities/eve/start"


@get("/characters", summary="Your characters", responses=documented(401, 403))
async def get_characters(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Response[Characters]:
    """Return the viewer's characters by name. The tier limits their number, so there are no pages."""
    async with db.read(viewer) as tx:
        items = await characters_for.many(tx, viewer.id)
    as_of = min((item.last_sync_at for item in items if item.last_sync_at is not None), default=None)
    age = age_of(as_of, tx.now)
    return told(Characters(items, as_of, age), age)


@get("/characters/{character_id:str}", summary="One character", responses=documented(400, 401, 403, 404))
async def get_character(
    character_id: CharacterText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Response[Character]:
    """Return a character with the state of every section: its age, when it is due, and its last error."""
    async with reading(db, viewer, character_id, "skills") as at:
        card = await card_for.one(at.tx, at.character.id)
        sections = await sections_for.many(at.tx, at.character.id)
    age = age_of(card.last_sync_at, at.tx.now)
    return told(Character(card, sections, card.last_sync_at, age), age)


@get(
    "/characters/{character_id:str}/authorisation",
    summary="State of a character's access to the game",
    responses=documented(400, 401, 403, 404),
)
async def get_authorisation(
    character_id: CharacterText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[EveSettings],
) -> Response[Authorisation]:
    """Return the URL at which the owner signs in at EVE again, with the same character; its data stays."""
    async with reading(db, viewer, character_id, "skills") as at:
        card = await card_for.one(at.tx, at.character.id)
    missing = [scope for scope in settings.scopes if scope not in card.scopes]
    return told(Authorisation(card.character_id, card.token_state, "POST", LINK, missing), None)


@put(
    "/characters/{character_id:str}/default",
    summary="Make a character the first choice",
    responses=documented(400, 401, 403, 404),
    guards=[requires(WRITE)],
)
async def put_default(
    character_id: CharacterText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> DefaultCharacter:
    """Apps show it first."""
    number = character_number(character_id)
    async with db.write(viewer) as tx:
        return DefaultCharacter(await actions.choose_default(tx, viewer, number))


@delete(
    "/characters/{character_id:str}",
    summary="Remove a character",
    responses=documented(400, 401, 403, 404),
    guards=[requires(WRITE)],
)
async def delete_character(
    character_id: CharacterText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> None:
    """Delete a character with all its data, and revoke its token at EVE. Signing in with it adds it again."""
    number = character_number(character_id)
    async with db.write(viewer) as tx:
        await actions.remove_character(tx, viewer, number)


reads = below(
    "/api/v1/eve",
    [get_characters, get_character, get_authorisation],
    guards=[requires(READ)],
)
writes = below("/api/v1/eve", [put_default, delete_character])
