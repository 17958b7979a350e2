"""Folders of slices that nobody has set: inside the home folder."""

from typing import TypeVar

from pydantic_settings import BaseSettings

from guildhall.boot.settings import Settings

FOLDERS = {"archive_folder": "archive/{slice}", "objects_folder": "{slice}"}
"""Settings of any slice that are folders, and where they are in the home folder."""

AnySettings = TypeVar("AnySettings", bound=BaseSettings)


def with_own_folders(settings: AnySettings, slice_name: str, main: Settings) -> AnySettings:
    """The settings with a folder for those that are not set."""
    missing = [name for name in FOLDERS if name in type(settings).model_fields and getattr(settings, name) is None]
    return settings.model_copy(update={name: main.home / FOLDERS[name].format(slice=slice_name) for name in missing})
