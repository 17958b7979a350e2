"""Sign-ups for raids."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import RaidId
from guildhall.packs.realm.raids.schemas.raids import HeldSignup, Signup


@rows(
    Signup,
    """
    select s.user_id, u.username, s.role, s.class as class_, s.state, s.officer, s.note, s.signed_at,
           s.admitted_at is not null as admitted
    from realm.raid_signups s join realm.users u on u.id = s.user_id
    where s.raid_id = :raid
    order by s.signed_at, s.user_id
    """,
    hot=True,
)
def signups_of(raid: RaidId) -> None: ...


@rows(
    Signup,
    """
    select s.user_id, u.username, s.role, s.class as class_, s.state, s.officer, s.note, s.signed_at,
           s.admitted_at is not null as admitted
    from realm.raid_signups s join realm.users u on u.id = s.user_id
    where s.raid_id = :raid and s.user_id = :user
    """,
    hot=True,
)
def signup_of(raid: RaidId, user: UserId) -> None: ...


@rows(
    HeldSignup,
    """
    select user_id, role, class as class_, state, officer, note, signed_at, admitted_at
    from realm.raid_signups where raid_id = :raid and user_id = any(:users) order by user_id
    """,
    hot=True,
)
def held_signups(raid: RaidId, users: list[UserId]) -> None:
    """The sign-ups of people for a raid; whoever changes a sign-up locks its raid."""


@rows(
    bool,
    """
    select exists (
        select 1 from realm.raid_signups
        where raid_id = :raid and user_id = :user and officer and state <> 'declined'
    )
    """,
    hot=True,
    proven=("exists",),
)
def is_officer(raid: RaidId, user: UserId) -> None: ...


@command(
    """
    insert into realm.raid_signups (raid_id, user_id, role, class, state, officer, note, signed_at, admitted_at)
    values (:raid, :user, :role, :class_, :state, :officer, :note, :signed_at, :admitted_at)
    on conflict (raid_id, user_id) do update
    set role = excluded.role, class = excluded.class, state = excluded.state, officer = excluded.officer,
        note = excluded.note, signed_at = excluded.signed_at, admitted_at = excluded.admitted_at
    """,
)
def save_signup(
    raid: RaidId,
    user: UserId,
    role: str,
    class_: str,
    state: str,
    officer: bool,
    note: str | None,
    signed_at: datetime,
    admitted_at: datetime | None,
) -> None: ...


@command(
    """
    update realm.raid_signups set admitted_at = :now
    where raid_id = :raid and state in ('confirmed', 'bench', 'tentative') and admitted_at is null
    """,
)
def admit_all(raid: RaidId, now: datetime) -> None:
    """Let everybody who comes into the raid's channel."""


@rows(
    UserId,
    """
    update realm.raid_signups set state = 'no_show'
    where raid_id = :raid and user_id = any(:users) and state = 'confirmed'
    returning user_id
    """,
)
def mark_absent(raid: RaidId, users: list[UserId]) -> None: ...


@rows(
    tuple[UserId, str],
    """
    with free as (
        select p.role, p.slots - count(s.user_id) as places
        from (values ('tank', :tank_slots::int), ('healer', :healer_slots::int), ('dps', :dps_slots::int))
            p (role, slots)
        left join realm.raid_signups s on s.raid_id = :raid and s.role = p.role and s.state = 'confirmed'
        group by p.role, p.slots
    ), line as (
        select s.user_id, s.role, row_number() over (partition by s.role order by s.signed_at, s.user_id) as place
        from realm.raid_signups s
        where s.raid_id = :raid and s.state = 'bench'
    )
    update realm.raid_signups s set state = 'confirmed'
    from line l join free f on f.role = l.role and l.place <= f.places
    where s.raid_id = :raid and s.user_id = l.user_id
    returning s.user_id, s.role
    """,
    hot=True,
    proven=("user_id", "role"),
)
def fill_places(raid: RaidId, tank_slots: int, healer_slots: int, dps_slots: int) -> None:
    """The first on the bench take the places that are free, role by role: who has moved up. The raid is held."""


@rows(
    tuple[str, int],
    "select role, count(*) from realm.raid_signups where raid_id = :raid and state = 'confirmed' group by role",
    hot=True,
    proven=("count",),
)
def confirmed_by_role(raid: RaidId) -> None: ...


@rows(
    datetime | None,
    "select min(signed_at) from realm.raid_signups where raid_id = :raid and role = :role and state = 'bench'",
    hot=True,
)
def first_on_bench(raid: RaidId, role: str) -> None: ...
