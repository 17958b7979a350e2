select hero_id,
       count(*) as games,
       avg(case when radiant_win = (player_slot < 128) then 1 else 0 end)::float8 as win_rate
from peer.player_matches
where start_time > now() - interval '7 days'
group by hero_id
order by games desc
