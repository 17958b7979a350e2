"""Revisions as Alembic runs them: from their files, and those that are written in a manifest."""

from collections.abc import Sequence
from types import ModuleType

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap

from guildhall.db.revision import steps
from guildhall.db.written import Written


def scripts_of(config: Config, written: Sequence[Written]) -> ScriptDirectory:
    """Return all revisions: those of the configuration's folders, and the written ones."""
    scripts = ScriptDirectory.from_config(config)
    more = [Script(_module(one), one.link.name, f"<{one.link.name}>") for one in written]
    scripts.revision_map = RevisionMap(lambda: [*scripts._load_revisions(), *more])
    return scripts


def _module(one: Written) -> ModuleType:
    """The module that a file of this revision would be."""
    upgrade, downgrade = steps(one.up, one.down)
    module = ModuleType(f"guildhall_revision_{one.link.name}", one.title)
    vars(module).update(
        revision=one.link.name,
        down_revision=one.link.down,
        branch_labels=(one.link.name.rpartition("_")[0],) if one.link.down is None else None,
        depends_on=tuple(one.link.depends_on),
        upgrade=upgrade,
        downgrade=downgrade,
    )
    return module
