"""Counts of recent attempts."""

from datetime import datetime, timedelta

from guildhall.db.statements import command, rows


@rows(
    int,
    """
    insert into core.sign_in_attempts as a (key, failures, window_start, blocked_until)
    values (
        :key, 1, :now::timestamptz, case when :most::int <= 1
            then :now + make_interval(secs => :block_seconds::float8) end
    )
    on conflict (key) do update
    set failures = case
            when greatest(a.window_start, a.blocked_until) + :window::interval < :now then 1
            else a.failures + 1
        end,
        window_start = :now,
        blocked_until = case
            when greatest(a.window_start, a.blocked_until) + :window < :now
                then case when :most <= 1 then :now + make_interval(secs => :block_seconds) end
            when a.failures + 1 >= :most
                then :now + make_interval(secs => least(:max_block_seconds::float8,
                                                        :block_seconds * 2.0 ^ least(a.failures + 1 - :most, 30)))
        end
    where a.blocked_until is null or a.blocked_until <= :now
    returning failures
    """,
)
def count_try(
    key: bytes, now: datetime, most: int, window: timedelta, block_seconds: float, max_block_seconds: float
) -> None:
    """One statement, so that many connections at once cannot pass the limit between a look and a count. No row comes
    back while the key is blocked, and then nothing is counted either: knocking does not make the wait longer.
    """


@rows(
    datetime,
    "select blocked_until from core.sign_in_attempts where key = :key and blocked_until is not null",
    proven=("blocked_until",),
)
def blocked_until(key: bytes) -> None: ...


@command(
    """
    update core.sign_in_attempts
    set failures = greatest(failures - 1, 0), blocked_until = case when failures - 1 >= :most then blocked_until end
    where key = :key
    """,
)
def forgive_try(key: bytes, most: int) -> None: ...


@command("delete from core.sign_in_attempts where key = :key")
def forget_tries(key: bytes) -> None: ...


@command(
    """
    delete from core.sign_in_attempts
    where window_start < :before and (blocked_until is null or blocked_until < :before)
    """,
)
def tidy_tries(before: datetime) -> None: ...
