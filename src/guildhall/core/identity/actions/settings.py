"""A user's preferences."""

from typing import Annotated, Literal, TypeVar
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.core.identity.queries.settings import UserSettings, change_settings, make_settings, settings_for
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.text import LANGUAGE

Given = TypeVar("Given")


class SettingsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of settings; a field that is left out stays."""

    theme: Literal["light", "dark", "auto"] | UnsetType = UNSET
    default_character_id: Annotated[int, Meta(ge=1, le=2**63 - 1)] | UnsetType | None = UNSET
    language: Annotated[str, Meta(pattern=LANGUAGE, min_length=2, max_length=35, examples=["en"])] | UnsetType = UNSET
    notify_skill_complete: bool | UnsetType = UNSET
    notify_market_orders: bool | UnsetType = UNSET
    notify_industry_jobs: bool | UnsetType = UNSET
    notify_pi_extractors: bool | UnsetType = UNSET
    notify_eve_mail: bool | UnsetType = UNSET
    share_activity_stats: bool | UnsetType = UNSET


async def read_settings(tx: Transaction, user_id: UUID) -> UserSettings:
    """The preferences, made with the defaults when nobody has asked for them before. Wants a write transaction."""
    found = await settings_for.one_or_none(tx, user_id)
    return found if found is not None else await make_settings.one(tx, uuid7(), user_id, tx.now)


async def update_settings(tx: Transaction, user_id: UUID, change: SettingsChange) -> UserSettings:
    """Change some preferences; all of them, as they are then."""
    await read_settings(tx, user_id)

    def given(value: Given | UnsetType) -> Given | None:
        return None if value is UNSET else value

    return await change_settings.one(
        tx, user_id, given(change.theme), given(change.language),
        change.default_character_id is not UNSET, given(change.default_character_id),
        given(change.notify_skill_complete), given(change.notify_market_orders), given(change.notify_industry_jobs),
        given(change.notify_pi_extractors), given(change.notify_eve_mail), given(change.share_activity_stats), tx.now,
    )  # fmt: skip
