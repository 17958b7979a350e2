"""How often something was tried lately."""

from datetime import datetime, timedelta

from guildhall.db.query import Command, Query

# One statement, so that many connections at once cannot pass the limit between a look and a count. No row comes
# back while the key is blocked, and then nothing is counted either: knocking does not make the wait longer.
count_try = Query(
    int,
    """
    insert into core.sign_in_attempts as a (key, failures, window_start, blocked_until)
    values (
        $1, 1, $2::timestamptz, case when $3::int <= 1 then $2 + make_interval(secs => $5::float8) end
    )
    on conflict (key) do update
    set failures = case
            when greatest(a.window_start, a.blocked_until) + $4::interval < $2 then 1
            else a.failures + 1
        end,
        window_start = $2,
        blocked_until = case
            when greatest(a.window_start, a.blocked_until) + $4 < $2
                then case when $3 <= 1 then $2 + make_interval(secs => $5) end
            when a.failures + 1 >= $3
                then $2 + make_interval(secs => least($6::float8, $5 * 2.0 ^ least(a.failures + 1 - $3, 30)))
        end
    where a.blocked_until is null or a.blocked_until <= $2
    returning failures
    """,
    bytes, datetime, int, timedelta, float, float,
)  # fmt: skip

blocked_until = Query(
    datetime,
    "select blocked_until from core.sign_in_attempts where key = $1 and blocked_until is not null",
    bytes,
    proven=("blocked_until",),
)

forgive_try = Command(
    """
    update core.sign_in_attempts
    set failures = greatest(failures - 1, 0), blocked_until = case when failures - 1 >= $2 then blocked_until end
    where key = $1
    """,
    bytes,
    int,
)

forget_tries = Command("delete from core.sign_in_attempts where key = $1", bytes)

tidy_tries = Command(
    """
    delete from core.sign_in_attempts
    where window_start < $1 and (blocked_until is null or blocked_until < $1)
    """,
    datetime,
)
