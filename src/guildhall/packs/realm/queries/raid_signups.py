"""Who says to come to a raid."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.raids import HeldSignup, Signup

signups_of = Query(
    Signup,
    """
    select s.user_id, u.username, s.role, s.class as class_, s.state, s.officer, s.note, s.signed_at,
           s.admitted_at is not null as admitted
    from realm.raid_signups s join realm.users u on u.id = s.user_id
    where s.raid_id = $1
    order by s.signed_at, s.user_id
    """,
    UUID,
    hot=True,
)

signup_of = Query(
    Signup,
    """
    select s.user_id, u.username, s.role, s.class as class_, s.state, s.officer, s.note, s.signed_at,
           s.admitted_at is not null as admitted
    from realm.raid_signups s join realm.users u on u.id = s.user_id
    where s.raid_id = $1 and s.user_id = $2
    """,
    UUID,
    UUID,
    hot=True,
)

held_signups = Query(
    HeldSignup,
    """
    select user_id, role, class as class_, state, officer, note, signed_at, admitted_at
    from realm.raid_signups where raid_id = $1 and user_id = any($2) order by user_id
    """,
    UUID,
    list[UUID],
    hot=True,
)
"""Of people ($2); whoever changes a sign-up holds its raid."""

is_officer = Query(
    bool,
    """
    select exists (
        select 1 from realm.raid_signups
        where raid_id = $1 and user_id = $2 and officer and state <> 'declined'
    )
    """,
    UUID,
    UUID,
    hot=True,
    proven=("exists",),
)

save_signup = Command(
    """
    insert into realm.raid_signups (raid_id, user_id, role, class, state, officer, note, signed_at, admitted_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (raid_id, user_id) do update
    set role = excluded.role, class = excluded.class, state = excluded.state, officer = excluded.officer,
        note = excluded.note, signed_at = excluded.signed_at, admitted_at = excluded.admitted_at
    """,
    UUID,
    UUID,
    str,
    str,
    str,
    bool,
    str | None,
    datetime,
    datetime | None,
)

admit_all = Command(
    """
    update realm.raid_signups set admitted_at = $2
    where raid_id = $1 and state in ('confirmed', 'bench', 'tentative') and admitted_at is null
    """,
    UUID,
    datetime,
)
"""Let everybody who comes into the raid's channel."""

mark_absent = Query(
    UUID,
    """
    update realm.raid_signups set state = 'no_show'
    where raid_id = $1 and user_id = any($2) and state = 'confirmed'
    returning user_id
    """,
    UUID,
    list[UUID],
)

fill_places = Query(
    tuple[UUID, str],
    """
    with free as (
        select p.role, p.slots - count(s.user_id) as places
        from (values ('tank', $2::int), ('healer', $3::int), ('dps', $4::int)) p (role, slots)
        left join realm.raid_signups s on s.raid_id = $1 and s.role = p.role and s.state = 'confirmed'
        group by p.role, p.slots
    ), line as (
        select s.user_id, s.role, row_number() over (partition by s.role order by s.signed_at, s.user_id) as place
        from realm.raid_signups s
        where s.raid_id = $1 and s.state = 'bench'
    )
    update realm.raid_signups s set state = 'confirmed'
    from line l join free f on f.role = l.role and l.place <= f.places
    where s.raid_id = $1 and s.user_id = l.user_id
    returning s.user_id, s.role
    """,
    UUID,
    int,
    int,
    int,
    hot=True,
    proven=("user_id", "role"),
)
"""The first on the bench take the places that are free, role by role: who has moved up. The raid is held."""

confirmed_by_role = Query(
    tuple[str, int],
    "select role, count(*) from realm.raid_signups where raid_id = $1 and state = 'confirmed' group by role",
    UUID,
    hot=True,
    proven=("count",),
)

first_on_bench = Query(
    datetime | None,
    "select min(signed_at) from realm.raid_signups where raid_id = $1 and role = $2 and state = 'bench'",
    UUID,
    str,
    hot=True,
)
