"""Builds out of records."""

from typing import Any

import msgspec

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.builds.actions.adding import add_build, title_of
from guildhall.packs.poe2.builds.actions.editing import edit_build
from guildhall.packs.poe2.builds.api.builds import limits_of
from guildhall.packs.poe2.builds.rules.content import Content
from guildhall.packs.poe2.builds.schemas.requests import BuildChange, BuildRequest, ContentRequest
from guildhall.packs.poe2.builds.views.contents import read_content
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.transfer.actions.records import known_before, note
from guildhall.packs.poe2.transfer.queries import records as queries
from guildhall.packs.poe2.transfer.rules.leftovers import leftovers, respelled
from guildhall.packs.poe2.transfer.rules.records import Record
from guildhall.packs.poe2.transfer.schemas import RecordReport, Template, TemplateVersion
from guildhall.text import clean_line

_FIELDS = Template.__struct_fields__
_LISTS = {"versions": TemplateVersion.__struct_fields__}


async def import_template(
    db: Database, viewer: Viewer, record: Record, hashed: bytes, settings: Poe2Settings
) -> RecordReport:
    """Make a draft of a record, with all its versions.

    Raises msgspec.ValidationError, and what `read_content`, `add_build` and `edit_build` raise.
    """
    value = respelled(record.value, _FIELDS, _LISTS)
    template = msgspec.convert(value, Template, strict=False)
    contents = [await _content(one, settings) for one in _versions(template)]
    extra = _without_builds(leftovers(value, msgspec.to_builtins(template)))
    async with db.write(viewer) as tx:
        return await _template(tx, record, hashed, template, contents, extra, settings)


def _versions(template: Template) -> list[TemplateVersion]:
    """Return the versions of a build, oldest first."""
    return template.versions or [TemplateVersion(template.code, template.build, template.calculator)]


async def _content(version: TemplateVersion, settings: Poe2Settings) -> Content:
    given = version.calculator
    wanted = ContentRequest(version.code, version.build, given if isinstance(given, str) else None)
    content = await read_content(wanted, settings)
    return msgspec.structs.replace(content, calculator=None) if given is None else content


def _without_builds(extra: Any) -> Any:
    """Return leftovers without those of builds in fields: what their form does not know is no part of a code."""
    if not isinstance(extra, dict):
        return extra
    extra.pop("build", None)
    for place, rest in dict(extra.get("versions", {})).items():
        rest.pop("build", None)
        if not rest:
            del extra["versions"][place]
    if extra.get("versions") == {}:
        del extra["versions"]
    return extra or None


async def _template(
    tx: Transaction,
    record: Record,
    hashed: bytes,
    template: Template,
    contents: list[Content],
    extra: Any,
    settings: Poe2Settings,
) -> RecordReport:
    if (known := await known_before(tx, record, hashed)) is not None:
        return known
    first, last = contents[0], contents[-1]
    title = clean_line(template.title or title_of(last), 1, 255)
    there = await queries.same_build.one_or_none(tx, tx.viewer.id, title, last.hash)
    if there is not None:
        await note(tx, record, hashed, there, extra=extra)
        return RecordReport(record.place, record.kind, "known", there)
    limits = limits_of(settings)
    wanted = BuildRequest(
        content=ContentRequest(changes=_versions(template)[0].changes), title=title,
        description=template.description, character_name=template.character_name, league=template.league,
        patch_version=template.patch_version, complexity=template.complexity, tags=template.tags,
        language=template.language,
    )  # fmt: skip
    build = await add_build(tx, wanted, first, limits)
    for version, content in zip(_versions(template)[1:], contents[1:], strict=True):
        change = BuildChange(build.revision, ContentRequest(changes=version.changes))
        build, _ = await edit_build(tx, build.id, change, content, (), limits)
    await note(tx, record, hashed, build.id, extra=extra)
    return RecordReport(record.place, record.kind, "added", build.id)
