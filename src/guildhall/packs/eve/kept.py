"""The declaration of the characters that are kept fresh."""

from datetime import timedelta

from guildhall.core.fresh.declaration import Fresh, Tuning
from guildhall.packs.eve.settings import EveSettings
from guildhall.references import Reference


def _tuned(settings: EveSettings) -> Tuning:
    return Tuning(
        batch=settings.sync_chunk,
        rounds=settings.sync_rounds,
        people_first=timedelta(minutes=settings.active_minutes),
    )


CHARACTERS = Fresh(
    "eve_characters",
    every=timedelta(hours=1),
    refresh_many=Reference("guildhall.packs.eve.sync.jobs:refresh_characters"),
    retry_longest=timedelta(hours=1),
    deadline=timedelta(minutes=5),
    tuned=_tuned,
)
"""Characters by our id, each due when the first of its sections is.

A character is kept while there is something to ask with: its access ends with `forget`, and a sign-in keeps it again.
"""

NEEDED = f"""coalesce((select f.due_at from core.fresh_rows f
                   where f.name = '{CHARACTERS.name}' and f.key = c.id::text) <= :until, false)"""
"""The condition that something of a character `c` is due by an instant.

A lookup for each character that is asked about: `exists` became a join with everything that is due by then.
"""
