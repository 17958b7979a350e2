"""Statements about the limits of the API: calls that count, the policies of routes, halts.

Times are the database's own clock's, so that machines whose clocks differ agree what counts.
"""

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ggg.schemas import CallRow, PolicyRow, Windows
from guildhall.packs.poe2.ids import GggCallId


@rows(tuple[str, str], "select route, policy from poe2.ggg_routes")
def policies_of_routes() -> None: ...


@rows(str, "select policy from poe2.ggg_routes where route = :route")
def policy_of_route(route: str) -> None: ...


@command(
    """
    insert into poe2.ggg_policies (policy, rules, told_at) values (:policy, :rules::jsonb, clock_timestamp())
    on conflict (policy) do nothing
    """,
)
def add_policy(policy: str, rules: Windows) -> None: ...


@rows(PolicyRow, "select rules from poe2.ggg_policies where policy = :policy for update")
def locked_policy(policy: str) -> None:
    """Lock a policy: calls under it are permitted one after the other."""


@command(
    """
    update poe2.ggg_policies set rules = :rules::jsonb, told_at = clock_timestamp()
    where policy = :policy and rules is distinct from :rules::jsonb
    """,
)
def save_rules(policy: str, rules: Windows) -> None: ...


@command(
    """
    insert into poe2.ggg_routes as r (route, policy) values (:route, :policy)
    on conflict (route) do update set policy = excluded.policy where r.policy <> excluded.policy
    """,
)
def save_route(route: str, policy: str) -> None: ...


@rows(
    CallRow,
    """
    select user_id, rule, weight, extract(epoch from clock_timestamp())::float8 as now,
           extract(epoch from coalesce(ended_at, case
               when reserved_at < clock_timestamp() - make_interval(secs => :lost_after)
               then reserved_at + make_interval(secs => :lost_after) end))::float8 as ended
    from poe2.ggg_calls
    where policy = :policy and (ended_at is null or ended_at > clock_timestamp() - make_interval(secs => :seconds))
    """,
    proven=("now", "ended"),
)
def calls_that_count(policy: str, seconds: float, lost_after: float) -> None:
    """Select the calls of a policy that may count. One whose process was lost ends `lost_after` seconds after it began.

    Runs under the lock of the policy, so that it sees every call that was permitted before.
    """


@rows(
    float,
    """
    select max(extract(epoch from until - clock_timestamp()))::float8 as seconds from poe2.ggg_halts
    where policy = :policy and until > clock_timestamp() and user_id is null
    """,
)
def halted_for(policy: str) -> None: ...


@rows(
    float,
    """
    select max(extract(epoch from until - clock_timestamp()))::float8 as seconds from poe2.ggg_halts
    where policy = :policy and until > clock_timestamp() and user_id = :user
    """,
)
def account_halted_for(policy: str, user: UserId) -> None: ...


@rows(
    float,
    """
    insert into poe2.ggg_calls (id, policy, user_id, weight, reserved_at)
    values (:id, :policy, :user, 1, clock_timestamp())
    returning extract(epoch from reserved_at)::float8 as reserved
    """,
    proven=("reserved",),
)
def reserve(id: GggCallId, policy: str, user: UserId) -> None: ...


@command(
    """
    update poe2.ggg_calls set ended_at = clock_timestamp() + make_interval(secs => :later), policy = :policy
    where id = :id
    """,
)
def end_call(id: GggCallId, policy: str, later: float) -> None:
    """End a call, under the policy that its answer told. It counts as if it had ended `later` seconds from now."""


@command("delete from poe2.ggg_calls where id = :id")
def drop_call(id: GggCallId) -> None:
    """Forget a call that was not sent."""


@command(
    """
    insert into poe2.ggg_calls (id, policy, user_id, rule, weight, reserved_at, ended_at)
    values (:id, :policy, :user, :rule, :weight, clock_timestamp(), clock_timestamp())
    """,
)
def add_foreign(id: GggCallId, policy: str, user: UserId, rule: str, weight: int) -> None:
    """Count calls that others have made, from now on as if they had just been made."""


@command(
    """
    insert into poe2.ggg_halts as h (policy, user_id, until)
    values (:policy, :user, clock_timestamp() + make_interval(secs => :seconds))
    on conflict (policy, user_id) do update set until = greatest(h.until, excluded.until)
    """,
)
def halt(policy: str, user: UserId | None, seconds: float) -> None: ...


@command(
    """
    delete from poe2.ggg_calls
    where policy = :policy and ended_at < clock_timestamp() - make_interval(secs => :seconds)
      or policy = :policy and ended_at is null
         and reserved_at < clock_timestamp() - make_interval(secs => :seconds + :lost_after)
    """,
)
def forget_calls(policy: str, seconds: float, lost_after: float) -> None:
    """Delete calls that count no longer. One that is under way counts however long it takes."""


@command("delete from poe2.ggg_halts where until < clock_timestamp()")
def forget_halts() -> None: ...
