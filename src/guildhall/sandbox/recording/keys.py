"""Names of keys and parameters whose values are personal."""

import re
from collections.abc import Iterable
from enum import StrEnum


class Kind(StrEnum):
    """A kind of personal value; its replacement looks alike."""

    NAME = "name"
    ID = "id"
    MAIL = "mail"
    ADDRESS = "address"
    TOKEN = "token"  # noqa: S105 - the name of a kind
    IMAGE = "image"
    TEXT = "text"
    PLACE = "place"
    """Replaced under its key alone: a town is no person, and its name stands elsewhere for good reasons."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = _words(
    "username user_name nick nickname persona_name personaname display_name screen_name real_name full_name"
    " first_name last_name family_name given_name surname player_name playername character_name owner_name"
    " account_name member_name author_name login login_name handle gamertag gamer_tag battletag battle_tag"
    " summoner_name riot_id_name riot_id_game_name riot_id_tagline game_name tag_line discord discord_name"
    " discord_tag twitch twitch_name skype steam_name streamer vanity_url custom_url in_game_name ign twitter"
    " reddit youtube phone phone_number mobile birthday birthdate birth_date date_of_birth "
    " uploader uploaded_by created_by invited_by"
)
_IDS = _words(
    "user_id userid uid account_id accountid player_id playerid steam_id steamid steam_id64 steamid64 steam64"
    " steam_id32 xuid puuid summoner_id character_id owner_id member_id profile_id persona_id author_id person_id"
    " discord_id twitch_id battlenet_id epic_id psn_id device_id customer_id"
)
_MAILS = _words("email e_mail mail email_address mail_address contact_email")
_ADDRESSES = _words("ip ip_address ipaddress client_ip remote_addr remote_address last_ip")
_TOKENS = _words(
    "token access_token refresh_token id_token auth_token api_key apikey key secret client_secret password passwd"
    " pwd signature sig sign jwt code_verifier authorization auth bearer session session_id sessionid sid cookie"
    " credentials hash_key x_api_key appkey app_key subscription_key private_key webhook_secret otp csrf"
    " csrf_token nonce"
)
_IMAGES = _words(
    "avatar avatar_url avatar_full avatarfull avatar_medium avatarmedium avatar_hash avatarhash portrait profile_image"
)
_PLACES = _words("street postcode zip_code postal_code")
_TEXTS = _words("bio about about_me biography")
_SECRET_IN_JSON = _TOKENS - {"key", "sign", "hash_key", "session", "auth", "code_verifier"}
"""Names of secrets that are nothing else in a body; "key" alone is often the key of a hero."""

_OF_A_PERSON = {
    "name": Kind.NAME, "title_name": Kind.NAME, "tag": Kind.NAME, "alias": Kind.NAME, "aliases": Kind.NAME,
    "slug": Kind.NAME, "city": Kind.PLACE, "location": Kind.PLACE, "address": Kind.PLACE,
    "id": Kind.ID, "_id": Kind.ID, "uuid": Kind.ID, "guid": Kind.ID, "pid": Kind.ID,
    "picture": Kind.IMAGE, "photo": Kind.IMAGE, "image": Kind.IMAGE, "description": Kind.TEXT,
}  # fmt: skip
"""Keys that are personal only in an object about a person."""
_PEOPLE = _words(
    "user users player players account accounts owner owners author authors member members profile profiles"
    " person persons people friend friends opponent opponents character characters summoner summoners streamer"
    " streamers creator creators sender senders recipient recipients follower followers participant participants"
)


def plain(key: str) -> str:
    """Return a key as the rules compare it: "userName", "User-Name" and "user_name" are the same."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    return re.sub(r"[\W_]+", "_", parted).strip("_").lower()


def is_secret(name: str) -> bool:
    """Return whether a parameter of a query is a secret by its name."""
    return plain(name) in _TOKENS


class KeyRules:
    """The kinds of keys: those built in, those to `replace` besides, and without those to `keep`.

    "players.*" among those to replace means the keys of the object that stands under "players".
    """

    def __init__(self, replace: Iterable[str] = (), keep: Iterable[str] = ()) -> None:
        given = frozenset(replace)
        self._of_maps = frozenset(plain(one[:-2]) for one in given if one.endswith(".*"))
        self._replace = frozenset(plain(one) for one in given if not one.endswith(".*"))
        self._keep = frozenset(map(plain, keep))

    def of(self, key: str, of_a_person: bool) -> Kind | None:
        """Return the kind of a key's values; None if they are not personal."""
        name = plain(key)
        if name in self._keep:
            return None
        if name in self._replace:
            return Kind.NAME
        for kind, names in _KINDS:
            if name in names:
                return kind
        return _OF_A_PERSON.get(name) if of_a_person else None

    def of_parameter(self, name: str) -> Kind | None:
        """Return the kind of a query parameter's values."""
        if is_secret(name) and plain(name) not in self._keep:
            return Kind.TOKEN
        return self.of(name, of_a_person=False)

    def about_a_person(self, parent: str, keys: Iterable[str]) -> bool:
        """Return whether an object is about a person: by the key that it stands under, or by a name among its keys."""
        return plain(parent) in _PEOPLE or any(plain(key) in _NAMES for key in keys)

    def keeps(self, key: str) -> bool:
        """Return whether a key's values are to be kept, wherever it stands."""
        return plain(key) in self._keep

    def has_people_as_keys(self, key: str) -> bool:
        """Return whether the keys of the object under a key are personal."""
        return plain(key) in self._of_maps


_KINDS = (
    (Kind.NAME, _NAMES), (Kind.ID, _IDS), (Kind.MAIL, _MAILS), (Kind.ADDRESS, _ADDRESSES),
    (Kind.TOKEN, _SECRET_IN_JSON), (Kind.IMAGE, _IMAGES), (Kind.TEXT, _TEXTS), (Kind.PLACE, _PLACES),
)  # fmt: skip
