"""The players that are known already on the boards of the core."""

from guildhall.db.revision import steps

revision = "dota2_0005"
down_revision = "dota2_0004"
branch_labels = None
depends_on = ("boards_0001",)

# The lower end of the Wilson interval (z = 1.96), as boards/rules.py has it.
WILSON = """least(greatest((w + 1.9208) / (n + 3.8416)
                           - 1.96 * sqrt(w * (n - w) / n + 0.9604) / (n + 3.8416), 0), w / n)::text::numeric"""

UP = f"""
create temp table found on commit drop as
select 'dota2.rank' as board, account_id::text as member, rank_tier::numeric as score,
       coalesce(leaderboard_rank, 2147483647)::bigint * 4294967296 + account_id as tie
from dota2.player_profiles where rank_tier is not null
union all
select 'dota2.mmr', account_id::text, computed_mmr::text::numeric, -account_id
from dota2.player_profiles where computed_mmr is not null
union all
select 'dota2.win_rate', account_id::text, {WILSON}, -account_id
from (select account_id, win::float8 as w, (win + lose)::float8 as n from dota2.player_winloss where win + lose > 0) r
union all
select 'dota2.hero:' || hero_id, account_id::text, {WILSON}, -account_id
from (select account_id, hero_id, win::float8 as w, games::float8 as n from dota2.player_heroes where games > 0) r;

insert into core.board_windows (board, kind, key, descending, earlier)
select distinct board, 'all', '', true, false from found order by board;

insert into core.board_scores (window_id, member, score, tie, place, updated_at)
select w.id, f.member, f.score, f.tie, core.board_place(f.score, true, f.tie, f.member), now()
from found f join core.board_windows w on w.board = f.board and w.kind = 'all' and w.key = ''
order by w.id, f.member;

-- What the leaderboards were read from.
drop index dota2.player_profiles_by_rank;
drop index dota2.player_heroes_by_hero;
"""

DOWN = """
create index player_profiles_by_rank
    on dota2.player_profiles (rank_tier desc, coalesce(leaderboard_rank, 2147483647), account_id)
    where rank_tier is not null;
create index player_heroes_by_hero on dota2.player_heroes (hero_id) include (games, win);
delete from core.board_scores where window_id in (select id from core.board_windows where starts_with(board, 'dota2.'));
delete from core.board_changes where window_id in (select id from core.board_windows where starts_with(board, 'dota2.'));
delete from core.board_counts where window_id in (select id from core.board_windows where starts_with(board, 'dota2.'));
delete from core.board_windows where starts_with(board, 'dota2.');
"""

upgrade, downgrade = steps(UP, DOWN)
