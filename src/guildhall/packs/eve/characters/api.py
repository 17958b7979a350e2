"""The user's characters."""

from litestar import Response

from guildhall.pack import WebPart
from guildhall.packs.eve.characters import actions
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, WRITE, CharacterText, character_number
from guildhall.packs.eve.characters.queries import card_for, characters_for, sections_for
from guildhall.packs.eve.characters.reading import age_of, reading_for, with_age
from guildhall.packs.eve.characters.schemas import Authorisation, Character, Characters, DefaultCharacter
from guildhall.packs.eve.settings import EveSettings
from guildhall.web.route import Read, Routes, Write

routes = Routes("/api/v1/eve")
LINK = "/api/v1/me/identities/eve/start"


@routes.get("/characters", scope=READ)
async def get_characters(tx: Read) -> Response[Characters]:
    """Your characters.

    Return the viewer's characters by name. The tier limits their number, so there are no pages.
    """
    items = await characters_for.many(tx, tx.viewer.id)
    as_of = min((item.last_sync_at for item in items if item.last_sync_at is not None), default=None)
    age = age_of(as_of, tx.now)
    return with_age(Characters(items, as_of, age), age)


@routes.get("/characters/{character_id:str}", scope=READ, raises=CHARACTER)
async def get_character(character_id: CharacterText, tx: Read) -> Response[Character]:
    """One character.

    Return a character with the state of every section: its age, when it is due, and its last error.
    """
    at = await reading_for(tx, character_id, "skills")
    card = await card_for.one(tx, at.character.id)
    sections = await sections_for.many(tx, at.character.id)
    age = age_of(card.last_sync_at, tx.now)
    return with_age(Character(card, sections, card.last_sync_at, age), age)


@routes.get("/characters/{character_id:str}/authorisation", scope=READ, raises=CHARACTER)
async def get_authorisation(character_id: CharacterText, tx: Read, settings: EveSettings) -> Response[Authorisation]:
    """State of a character's access to the game.

    Return the URL at which the owner signs in at EVE again, with the same character; its data stays.
    """
    at = await reading_for(tx, character_id, "skills")
    card = await card_for.one(tx, at.character.id)
    missing = [scope for scope in settings.scopes if scope not in card.scopes]
    return with_age(Authorisation(card.character_id, card.token_state, "POST", LINK, missing), None)


@routes.put("/characters/{character_id:str}/default", scope=WRITE, raises=CHARACTER)
async def put_default(character_id: CharacterText, tx: Write) -> DefaultCharacter:
    """Make a character the first choice.

    Apps show it first.
    """
    number = character_number(character_id)
    return DefaultCharacter(await actions.choose_default(tx, number))


@routes.delete("/characters/{character_id:str}", scope=WRITE, raises=CHARACTER)
async def delete_character(character_id: CharacterText, tx: Write) -> None:
    """Remove a character.

    Delete a character with all its data, and revoke its token at EVE. Signing in with it adds it again.
    """
    number = character_number(character_id)
    await actions.remove_character(tx, number)


WEB = WebPart(routes=routes)
