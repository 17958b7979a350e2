"""The viewer's own profile, and what apps keep for them."""

from guildhall.core.social.parameters import READ, WRITE
from guildhall.core.social.profiles import actions
from guildhall.core.social.profiles.errors import (
    AppSettingsRefused,
    HandleChangedLately,
    HandleRefused,
    HandleReserved,
    HandleTaken,
    NoProfile,
)
from guildhall.core.social.profiles.schemas import AppSettings, MyProfile, ProfileRequest
from guildhall.core.social.profiles.state_queries import app_settings_for
from guildhall.core.social.settings import SocialSettings
from guildhall.db.policies import Viewer
from guildhall.web.route import PEOPLE, Read, Routes, Write

routes = Routes("/api/v1/me/profile")


@routes.get("/", scope=READ, raises=(NoProfile,))
async def get_my_profile(tx: Read, settings: SocialSettings) -> MyProfile:
    """Your profile.

    As others see it, with when its handle may be changed again, and when you were last seen.
    """
    return await actions.my_profile(tx, settings)


@routes.put("/", scope=PEOPLE, raises=(HandleRefused, HandleReserved, HandleTaken, HandleChangedLately))
async def put_my_profile(data: ProfileRequest, tx: Write, settings: SocialSettings) -> MyProfile:
    """Make or change your profile.

    Everybody sees it, with the account's name. A handle is small letters, digits, '-' and '_', and is somebody's once,
    also where it only looks the same: `the-pr0` is `thepro`. One that is changed stays nobody else's for a while, and
    takes the mark of a verified person with it.
    """
    return await actions.keep_profile(tx, data, settings)


@routes.get("/settings", scope=READ)
async def get_app_settings(viewer: Viewer, tx: Read) -> AppSettings:
    """Settings of your apps.

    Whatever an app has kept there; an empty object before.
    """
    return AppSettings(await app_settings_for.one_or_none(tx, viewer.id) or {})


@routes.put("/settings", scope=WRITE, raises=(AppSettingsRefused,))
async def put_app_settings(data: AppSettings, tx: Write, settings: SocialSettings) -> AppSettings:
    """Keep the settings of your apps.

    In place of those before. Only the person sees them.
    """
    return await actions.keep_settings(tx, data, settings.app_settings_kb)
