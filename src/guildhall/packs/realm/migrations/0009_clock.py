"""A clock that was ahead: messages are stamped by the clock all the same, and ids that are ahead can be mended."""

from guildhall.db.policies import JOBS
from guildhall.db.revision import steps
from guildhall.packs.realm.migrations.tables.clock import MEND_CLOCK
from guildhall.packs.realm.migrations.tables.ingest import INGEST

revision = "realm_0009"
down_revision = "realm_0008"
branch_labels = None
depends_on = None

_HOLD = "create function realm.hold_hurried"
_hurried = INGEST[INGEST.index(_HOLD) : INGEST.index("-- Adds what a writer has gathered")]
_added = INGEST[INGEST.index("-- Adds what a writer has gathered") :]
"""The functions as they were."""
_SIGNATURE = """realm.add_messages(bigint, bigint, boolean, text[], uuid[], uuid[], uuid[], text[], text[], text[], uuid[],
    text[], int[])"""


def _changed(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        if text.count(before) != 1:
            raise AssertionError(before)
        text = text.replace(before, after)
    return text


_STAMPED = _changed(
    _added,
    ("out wait int[]\n)", "out wait int[], out at timestamptz\n)"),
    ("    at   timestamptz;\n", ""),
    ("    at := core.live_time(tick);", "    at := realm.sent_at(tick);"),
)
_HURRIED = _changed(
    _hurried,
    (_HOLD, _HOLD.replace("create", "create or replace")),
    ("core.live_time(hold_hurried.tick) - m.created_at", "realm.sent_at(hold_hurried.tick) - m.created_at"),
)

UP = f"""
-- When a message of a tick is said to have been sent. Ticks never go back, so after a clock that was ahead for a moment
-- they stay ahead until it gets there: what is sent meanwhile bears the clock's time and not the tick's.
create function realm.sent_at(tick bigint) returns timestamptz
language sql volatile set search_path = pg_catalog as $$
    select case when core.live_time(tick) > clock_timestamp() + interval '1 second' then clock_timestamp()
                else core.live_time(tick) end
$$;
{_HURRIED}
drop function {_SIGNATURE};
{_STAMPED}

{MEND_CLOCK}revoke execute on function realm.mend_clock() from public;
grant execute on function realm.mend_clock() to {JOBS};
"""

DOWN = f"""
drop function realm.mend_clock();
drop function {_SIGNATURE};
{_added}
{_hurried.replace(_HOLD, _HOLD.replace("create", "create or replace"))}
drop function realm.sent_at(bigint);
"""

upgrade, downgrade = steps(UP, DOWN)
