"""Parties."""

PARTIES = """
create table realm.parties (
    id           uuid primary key,
    name         text check (char_length(name) between 1 and 80),
    leader_id    uuid not null references realm.users,
    server_id    uuid not null references realm.servers on delete cascade,
    member_count int not null default 1,
    max_members  int not null default 5 check (max_members between 2 and 40),
    status       text not null default 'active' check (status in ('active', 'disbanded')),
    created_at   timestamptz not null default now(),
    disbanded_at timestamptz,
    check (member_count between 0 and max_members),
    check ((status = 'disbanded') = (disbanded_at is not null))
);
create index parties_by_leader on realm.parties (leader_id);
create index parties_active on realm.parties (server_id, id desc) where status = 'active';

create table realm.party_members (
    party_id  uuid not null references realm.parties on delete cascade,
    user_id   uuid not null references realm.users on delete cascade,
    role      text not null default 'member' check (role in ('leader', 'member')),
    joined_at timestamptz not null default now(),
    primary key (party_id, user_id)
);
-- One person, one party: nobody is a member of one that was disbanded.
create unique index party_members_by_user on realm.party_members (user_id);
create unique index party_members_one_leader on realm.party_members (party_id) where role = 'leader';

create table realm.party_invitations (
    party_id   uuid not null references realm.parties on delete cascade,
    user_id    uuid not null references realm.users on delete cascade,
    invited_by uuid references realm.users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (party_id, user_id)
);
create index party_invitations_by_user on realm.party_invitations (user_id);
"""
