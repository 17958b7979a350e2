"""Null for what OpenDota does not tell: a mode, a lobby. A place on the leaderboard is an Immortal's."""

from guildhall.db.revision import steps

revision = "dota2_0002"
down_revision = "dota2_0001"
branch_labels = None
depends_on = None

UP = """
-- Null: not told. 0 is a mode and a lobby of the game, and counts.
alter table dota2.player_matches alter column game_mode drop not null, alter column lobby_type drop not null;

update dota2.player_profiles set leaderboard_rank = null
where leaderboard_rank is not null and rank_tier is distinct from 80;
alter table dota2.player_profiles
    add constraint places_are_of_immortals check (leaderboard_rank is null or (rank_tier is not null and rank_tier = 80));
update dota2.player_rank_history set leaderboard_rank = null
where leaderboard_rank is not null and rank_tier is distinct from 80;
"""

DOWN = """
alter table dota2.player_profiles drop constraint places_are_of_immortals;
update dota2.player_matches set game_mode = coalesce(game_mode, 0), lobby_type = coalesce(lobby_type, 0)
where game_mode is null or lobby_type is null;
alter table dota2.player_matches alter column game_mode set not null, alter column lobby_type set not null;
"""

upgrade, downgrade = steps(UP, DOWN)
