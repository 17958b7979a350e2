"""Hot statements on a populated database: none of their plans reads a large table from end to end."""

import json
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from guildhall.boot.features import FEATURES
from guildhall.boot.packs import all_packs
from guildhall.core.cache.queries import forget
from guildhall.db.statements import ALL, Query

pytestmark = [pytest.mark.database, pytest.mark.slow]

LARGE = 1000
"""Rows from which on a sequential scan is a fault."""

POPULATION = """
set session_replication_role = replica;

insert into dota2.player_profiles (account_id, personaname, rank_tier, raw, last_sync)
select i, 'player ' || i, case when i % 3 = 0 then (i % 7 + 1) * 10 + i % 5 + 1 end, '{}', now() - i * interval '1 s'
from generate_series(1, 50000) i;

insert into dota2.player_sync (account_id, matches_synced_at) select i, now() from generate_series(1, 20000) i;

insert into core.fresh_rows (name, key, kept_since, asked_at, due_at, wanted_at)
select 'kind' || i % 4, i, now(), now(), now() + (i - 500) * interval '1 s', case when i % 400 = 0 then now() end
from generate_series(1, 20000) i;

insert into core.analytics_daily (day, event_type, rollup, vals, cell, events, visitors)
select current_date - i % 60, 'pack.type' || i % 20, 'field', array[(i / 60)::text],
       core.analytics_cell('pack.type' || i % 20, 'field', array[(i / 60)::text]), 5, 2
from generate_series(1, 50000) i;

insert into dota2.player_winloss (account_id, win, lose, last_sync)
select i, i % 900, i % 800, now() from generate_series(1, 20000) i;

insert into dota2.player_heroes (account_id, hero_id, games, win)
select i / 20 + 1, i % 20 + 1, i % 100, i % 50 from generate_series(1, 100000) i;

insert into dota2.player_matches (match_id, account_id, player_slot, radiant_win, hero_id, start_time, duration,
                                  game_mode, lobby_type)
select i, i % 400 + 1, i % 5, i % 2 = 0, i % 120 + 1, now() - i * interval '130 s', 2000, 22, 7
from generate_series(1, 300000) i;

insert into poe2.leagues (name, realm, base_currency, is_current, first_seen_at, seen_at, began_at)
select 'league ' || i, 'poe2', 'exalted', i < 5, now(), now(), now() from generate_series(1, 2000) i;
insert into poe2.market_items (id, kind, api_id, base_type_id, category, name, first_seen_at, seen_at)
select i, 'currency', 'item-' || i, 'Metadata/' || i, 'currency', 'Item ' || i, now(), now()
from generate_series(1, 5000) i;
insert into poe2.market_price_history (id, item_id, league, price, base_currency, volume, recorded_at)
select gen_random_uuid(), i % 500 + 1, 'league 1', 1, 'exalted', 1, date_trunc('hour', now()) - i / 500 * interval '1 h'
from generate_series(0, 99999) i;
insert into poe2.market_daily (item_id, league, day, open, high, low, close, average, samples)
select i % 500 + 1, 'league 1', current_date - i / 500, 1, 1, 1, 1, 1, 24 from generate_series(0, 99999) i;

insert into poe2.build_templates (id, user_id, short_id, author, title, class, level, passive_tree, equipment, skills,
                                  stats, rest, content_hash, gems, uniques, trees, has_notes, patch_version,
                                  visibility, latest_version, stored_bytes, published_at)
select md5('build' || i)::uuid, md5('author' || i % 5000)::uuid,
       translate(lpad(i::text, 17, 'A'), '0', 'z'), 'Somebody', 'Build ' || i, 'Monk', 90, '{}', '{}', '{}', '{}',
       '{}', decode(md5(i::text), 'hex'), '{}', '{}', 1, false, '0.5',
       (array['public', 'public', 'unlisted', 'draft'])[i % 4 + 1], 1, 9, now() - i * interval '1 s'
from generate_series(1, 40000) i;
insert into poe2.build_search (build_template_id, user_id, number, likes, views, rating, heat, trending, facets, words)
select b.id, b.user_id, row_number() over (order by b.published_at), 0, 0, 0, 0, 0, '{}', poe2.build_words(b)
from poe2.build_templates b where b.visibility = 'public';
insert into poe2.build_search_values (facet, value, builds)
select (array['skill', 'item', 'tag'])[i % 3 + 1], 'Value ' || i, 1 from generate_series(1, 5000) i;
insert into poe2.meta_leagues (league) select 'league ' || i from generate_series(1, 2000) i;
insert into poe2.meta_scopes (source, league, week, changed, people, characters, counted_at)
select 'builds', 'league ' || i % 500, i / 500, false, 9, 9, now() from generate_series(0, 4999) i;
insert into poe2.meta_figures (source, league, week, dimension, value, people)
select 'builds', 'league ' || i % 500, i / 5000, 'class', 'Value ' || i, 1 + i % 100 from generate_series(0, 19999) i;
insert into poe2.build_versions (id, build_template_id, version_number, class, level, passive_tree, equipment, skills,
                                 stats, rest, content_hash, code)
select gen_random_uuid(), md5('build' || i % 40000 + 1)::uuid, i / 40000 + 1, 'Monk', 90, '{}', '{}', '{}', '{}', '{}',
       decode(md5(i::text), 'hex'), 'x'
from generate_series(0, 79999) i;
insert into poe2.gone_builds (short_id, deleted_at)
select translate(lpad(i::text, 17, 'B'), '0', 'z'), now() from generate_series(1, 5000) i;
insert into poe2.crafting_strategies (id, user_id, author, name, item_base, item_class, strategy_steps, is_public,
                                      uses_count, known_count, success_count, success_low, created_at, updated_at)
select md5('s' || i)::uuid, md5('u' || i % 500)::uuid, 'A', 'S', 'base ' || i % 300, 'class ' || i % 20, '[]',
       i % 3 > 0, i % 50, i % 50, i % 50 / 2, (i % 100) / 100.0, now(), now() from generate_series(1, 20000) i;
insert into poe2.crafting_sessions (id, user_id, item_base, item_class, target_mods, price_base, content_hash,
                                    strategy_id, created_at, completed_at)
select md5('c' || i)::uuid, md5('u' || i % 500)::uuid, 'base ' || i % 300, 'class ' || i % 20, '[]', 'exalted',
       case when i % 2 = 0 then sha256(i::text::bytea) end, md5('s' || i)::uuid, now(),
       case when i % 2 = 0 then now() end
from generate_series(1, 20000) i;
insert into poe2.crafting_steps (session_id, number, user_id, step)
select md5('c' || i / 5)::uuid, i % 5 + 1, md5('u' || i / 5 % 500)::uuid, '{}' from generate_series(1, 40000) i;
insert into poe2.build_likes (build_template_id, user_id, created_at)
select md5('build' || i % 40000 + 1)::uuid, md5('author' || i % 4999)::uuid, now() - i * interval '1 s'
from generate_series(1, 100000) i on conflict do nothing;

insert into core.board_windows (board, kind, key, descending, earlier)
select 'pack.board:' || i, 'all', '', true, false from generate_series(1, 500) i;
insert into core.board_scores (window_id, member, score, tie, place, updated_at)
select i % 500 + 1, 'm' || i, i % 97, i, core.board_place(i % 97, true, i, 'm' || i), now()
from generate_series(1, 50000) i;
insert into core.board_counts (window_id, low, members)
select i % 500 + 1, int8send(i), 10 from generate_series(1, 10000) i;
insert into core.board_changes (window_id, member, place, delta)
select i % 500 + 1, 'm' || i, int8send(i), 1 from generate_series(1, 5000) i;

insert into core.achievements (name, title, description, icon, tier, points, goal, hidden, keeps, version, digest,
                               declared_at, changed_at)
select 'pack.achievement_' || i, 'A', 'A', '', 'gold', 1, 10, false, true, 1, '', now(), now()
from generate_series(1, 50) i;
insert into core.user_achievements (user_id, achievement, value, granted_at, version, reached, goal, granted_by, untold)
select md5('author' || i / 10)::uuid, 'pack.achievement_' || i % 10 + 1, i % 20, now(), 1, 10, 10, 'look', false
from generate_series(1, 50000) i;
insert into core.user_achievements (user_id, achievement, value)
select md5('author' || i / 10)::uuid, 'pack.achievement_' || i % 10 + 11, 1 from generate_series(1, 50000) i;
insert into poe2.characters (id, user_id, game_id, name, class, level, experience, watched, watched_at)
select gen_random_uuid(), md5('author' || i % 5000)::uuid, i::text, 'Name ' || i, 'Monk', 90, 1, true, now()
from generate_series(1, 20000) i;
insert into poe2.build_reviews (id, build_template_id, user_id, author, rating, version_number)
select gen_random_uuid(), md5('build' || i)::uuid, md5('author' || i % 5000)::uuid, 'A', 5, 1
from generate_series(1, 20000) i;
insert into poe2.comments (id, build_template_id, user_id, author, depth, content, parent_comment_id)
select md5('comment' || i)::uuid, md5('build' || i)::uuid, md5('author' || i % 5000)::uuid, 'A', i % 2, 'A',
       case when i % 2 = 1 then md5('comment' || i - 1)::uuid end
from generate_series(2, 20001) i;
insert into poe2.build_collections (id, user_id, owner, name, is_public)
select md5('shelf' || i)::uuid, md5('author' || i % 5000)::uuid, 'A', 'A', true from generate_series(1, 10000) i;
insert into poe2.build_collection_items (collection_id, build_template_id, position)
select md5('shelf' || i / 3)::uuid, md5('build' || i)::uuid, i % 3 + 1 from generate_series(3, 30000) i;

insert into core.cached_data (id, cache_key, data, as_of, expires_at)
select gen_random_uuid(), 'profile:' || i, '{"a": 1}', now(), now() + i * interval '1 s'
from generate_series(1, 50000) i;

"""

GROUPS = """
create temp table people as
select gen_random_uuid() as id, i as n, md5('server' || i % 20)::uuid as server_id from generate_series(1, 20000) i;
create temp table clans as select id, n, server_id from people where n <= 4000;
insert into realm.users (id, username, server_id) select id, 'user ' || n, server_id from people;
insert into realm.guilds (id, name, server_id, leader_id, level)
select id, 'guild ' || n, server_id, id, n % 50 + 1 from clans;
insert into realm.guild_members (guild_id, user_id)
select c.id, p.id from people p join clans c on c.n = p.n % 4000 + 1;
insert into realm.guild_invitations (guild_id, user_id, expires_at)
select c.id, p.id, now() from people p join clans c on c.n = p.n % 3999 + 1;
insert into realm.parties (id, server_id, leader_id) select id, server_id, id from clans;
insert into realm.party_members (party_id, user_id) select id, id from clans;
insert into realm.party_invitations (party_id, user_id, expires_at)
select c.id, p.id, now() from people p join clans c on c.n = p.n % 3999 + 1;
insert into realm.channels (id, name, server_id, guild_id) select gen_random_uuid(), 'guild', server_id, id from clans;
insert into realm.channels (id, name, server_id, party_id) select gen_random_uuid(), 'party', server_id, id from clans;
insert into core.ledger_accounts (id, kind, unit, owner, thing_id, balance, entries, floor, ceiling, opened_at)
select c.id, 'realm.treasury', 'realm.copper', 'thing', c.id, 20, 20, 0, 1000, now() from clans c;
insert into core.ledger_accounts (id, kind, unit, owner, opened_at)
values (md5('outside')::uuid, 'realm.beyond', 'realm.copper', 'house', now());
insert into core.ledger_accounts (id, kind, unit, owner, user_id, held, balance, floor, opened_at)
select md5('purse' || p.n)::uuid, 'realm.purse', 'realm.copper', 'person', p.id, 1, 1, 0, now() from people p;
insert into core.ledger_postings (id, key, kind, user_id, created_at)
select md5('post' || c.n || '.' || i)::uuid, 'realm.treasury:' || c.id || ':' || c.id || ':key ' || i,
       'realm.deposit', c.id, now() from clans c, generate_series(1, 20) i;
insert into core.ledger_entries (posting_id, account_id, number, amount, balance_after)
select md5('post' || c.n || '.' || i)::uuid, c.id, i, 1, i from clans c, generate_series(1, 20) i
union all
select md5('post' || c.n || '.' || i)::uuid, md5('outside')::uuid, null, -1, null
from clans c, generate_series(1, 20) i;
insert into core.ledger_holds (id, account_id, key, kind, amount, state, created_at, ended_at, expires_at)
select gen_random_uuid(), p.id, 'hold ' || p.n || i, 'realm.hold', 1,
       case i when 1 then 'held' else 'released' end, now(),
       case when i > 1 then now() end, now() + make_interval(days => p.n::int)
from people p, generate_series(1, 5) i;
insert into core.storage_objects (hash, kind, media_type, size, width, height, loosened_at, created_at)
select sha256(p.id::text::bytea), 'image', 'image/webp', 1, 1, 1, case when p.n % 400 = 0 then now() end, now()
from people p;
insert into core.storage_files (id, user_id, hash, purpose, private, bytes, created_at)
select md5('file' || p.n || i)::uuid, p.id, sha256(p.id::text::bytea), 'club.photo', false, 1, now()
from people p, generate_series(1, 3) i;
insert into realm.guild_experience (id, guild_id, amount, total_after, level_after, client_key)
select gen_random_uuid(), c.id, 1, i, 1, 'key ' || i from clans c, generate_series(1, 10) i;
insert into realm.territories (id, server_id, name)
select gen_random_uuid(), md5('server' || i % 20)::uuid, 'land ' || i from generate_series(1, 4000) i;
insert into realm.guild_wars (id, server_id, attacker_id, defender_id, status, starts_at, ends_at, ended_at, outcome)
select gen_random_uuid(), a.server_id, a.id, d.id, 'ended', now(), now() + interval '1 h', now(), 'peace'
from clans a join clans d on d.n between a.n + 1 and a.n + 4;
insert into realm.guild_war_points (id, war_id, guild_id, points, client_key)
select gen_random_uuid(), id, attacker_id, 1, 'key' from realm.guild_wars;

analyze people, clans;
"""

ORDER = """
insert into realm.servers (id, name, region)
select md5('server' || i)::uuid, 'server ' || i, 'eu' from generate_series(0, 1999) i;
create temp table rooms as select gen_random_uuid() as id, i as n, md5('server' || i % 20)::uuid as server_id
from generate_series(1, 8000) i;
insert into realm.channels (id, name, server_id, visibility)
select id, 'room ' || n, server_id, (array['public', 'private', 'restricted'])[n % 3 + 1] from rooms;
insert into realm.channel_members (channel_id, user_id)
select r.id, p.id from people p cross join generate_series(0, 3) d join rooms r on r.n = p.n % 7000 + d;
insert into realm.sessions (id, user_id, server_id, login_at, logout_at)
select gen_random_uuid(), id, server_id, now(), case when i < 9 then now() end from people, generate_series(0, 9) i;
insert into realm.sanctions (id, user_id, server_id, channel_id, kind)
select gen_random_uuid(), p.id, p.server_id, r.id, 'mute' from people p left join rooms r on r.n = p.n;
insert into realm.word_filters (id, server_id, word)
select gen_random_uuid(), md5('server' || i % 20)::uuid, 'word ' || i from generate_series(1, 10000) i;
insert into core.reports (id, kind, place_id, reporter_id, subject_id, item_id, reason)
select gen_random_uuid(), 'realm.message', server_id, id, id, gen_random_uuid(), 'r' from people;
insert into core.audit_log (id, slice, place_id, actor_id, subject_id, act)
select gen_random_uuid(), 'realm', server_id, id, id, 'muted' from people, generate_series(1, 3);

analyze rooms;
"""

WORDS = """
insert into realm.messages (id, type, user_id, server_id, channel_id, content, reply_to, created_at, updated_at)
select core.live_id((extract(epoch from g.at) * 4096000)::bigint, 1, g.i),
       case when g.i % 50 = 0 then 'system' else 'user' end, p.id, p.server_id,
       case when g.i % 50 > 0 then r.id end, 'word' || g.i % 5000 || ' is said',
       case when g.i % 40 = 1 then md5('message' || g.i / 400)::uuid end, g.at, g.at
from (select i, now() - interval '100 days' + i * interval '40 s' as at from generate_series(1, 200000) i) g
join people p on p.n = g.i % 20000 + 1
join rooms r on r.n = p.n % 20 + 20 * (g.i / 20 % 10 + 1);
insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
select id, server_id, channel_id, user_id, type, to_tsvector('english', content) from realm.messages;
insert into realm.message_reactions (message_id, user_id, reaction)
select id, user_id, ':ready:' from realm.messages where created_at > now() - interval '30 days';
insert into realm.mentions (user_id, message_id, channel_id)
select p.id, m.id, m.channel_id
from (select id, channel_id, row_number() over () as n from realm.messages where channel_id is not null limit 40000) m
join people p on p.n = m.n % 4000 + 1;
insert into realm.channel_reads (user_id, channel_id, last_read)
select p.id, r.id, core.live_id(0, 1, 1) from people p join rooms r on r.server_id = p.server_id and r.n <= 200
where p.n <= 4000;
insert into realm.pins (channel_id, message_id)
select channel_id, id from realm.messages where channel_id is not null limit 5000;
insert into realm.direct_messages (id, from_user_id, to_user_id, content, is_read, read_at)
select core.live_id(i * 4096::bigint, 1, i), a.id, b.id, 'hello', i % 3 > 0, case when i % 3 > 0 then now() end
from generate_series(1, 60000) i join people a on a.n = i % 600 + 1 join people b on b.n = i * 31 % 19000 + 700;
insert into realm.conversations (user_id, other_id, last_id)
select from_user_id, to_user_id, max(id::text)::uuid from realm.direct_messages group by 1, 2;
insert into core.profiles (user_id, handle, display_name) select id, 'person' || n, 'Person ' || n from people;
insert into core.user_follows (follower_id, following_id)
select a.id, b.id from people a cross join generate_series(1, 12) d join people b on b.n = a.n % 19000 + d
where a.n <> b.n;
insert into core.follow_counts (user_id, followers, following) select id, 12, 12 from people;
insert into core.follow_deltas (user_id, followers, following) select id, 1, 0 from people where n % 4 = 0;
insert into core.user_states (user_id) select id from people;
insert into core.activities (id, actor_id, kind, item_id, about_id, visibility, created_at)
select rpad(lpad(to_hex((extract(epoch from now() - i * interval '100 s') * 1000)::bigint), 12, '0'), 32, '7')::uuid,
       p.id, 'test.made', gen_random_uuid(), case when i % 3 = 0 then p.id end, 'public', now()
from generate_series(1, 60000) i join people p on p.n = i % 20000 + 1;
insert into core.last_activities (user_id, last_id)
select actor_id, max(id::text)::uuid from core.activities group by 1;
insert into core.broadcasts (id, actor_id, type, item_id, title, body, occurrence_key, happened_at)
select gen_random_uuid(), p.id, 'test', gen_random_uuid(), 'title', '', 'key ' || i, now() - i * interval '1 min'
from generate_series(1, 10000) i join people p on p.n = i % 500 + 1;
insert into core.blocks (user_id, blocked_id)
select a.id, b.id from people a cross join generate_series(5, 6) d join people b on b.n = a.n % 19000 + d
where a.n <> b.n;

analyze;
"""


def _hot() -> list[Query[..., Any]]:
    for one in (*FEATURES, *all_packs()):
        for load in (one.process_parts, one.web_parts, one.worker_parts):
            load()
    return [one for one in ALL if isinstance(one, Query) and one.hot]


@pytest.fixture(scope="module")
def populated(cluster, clones) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database of the module's own with hundreds of thousands of rows."""
    name = f"gh_hot_{os.getpid()}"  # two processes of a run may come here
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute(f"drop database if exists {name} with (force)")
        admin.execute(f"create database {name} template {clones.template}")
        with psycopg.connect(cluster.url(name), autocommit=True) as connection:
            connection.execute(POPULATION)
            connection.execute(GROUPS)
            connection.execute(ORDER)
            connection.execute(WORDS)
            connection.execute("set jit = off")
            yield connection
        admin.execute(f"drop database {name} with (force)")


def large_scans(connection: psycopg.Connection[Any], statement: str) -> list[str]:
    """The large tables that the statement's generic plan reads from end to end."""
    result = connection.pgconn.exec_(f"explain (generic_plan, verbose, format json) {statement}".encode())
    assert result.status == psycopg.pq.ExecStatus.TUPLES_OK, result.error_message.decode()
    (whole,) = json.loads(result.get_value(0, 0) or b"")
    found = []
    open_ends = [whole["Plan"]]
    while open_ends:
        node = open_ends.pop()
        open_ends += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan":
            found.append(f"{node['Schema']}.{node['Relation Name']}")  # of one name there are several
    rows = connection.execute(
        sql.SQL(
            "select relname from pg_class "
            "where relnamespace::regnamespace::text || '.' || relname = any({}) and reltuples > {}"
        ).format(found, LARGE)
    )
    return sorted(name for (name,) in rows)


def test_no_hot_statement_scans_a_large_table(populated):
    hot = _hot()

    scans = {sql: found for sql in [*(one.sql for one in hot), forget.sql] if (found := large_scans(populated, sql))}

    assert len(hot) >= 5
    assert scans == {}


def test_a_scan_would_be_seen(populated):
    scans = large_scans(populated, "select count(*) from dota2.player_profiles where personaname = $1")

    assert scans == ["player_profiles"]


def test_a_scan_of_a_partition_would_be_seen(populated):
    scans = large_scans(populated, "select count(*) from dota2.player_matches where hero_id = $1")

    assert scans
    assert all(name.startswith("player_matches_") for name in scans)
