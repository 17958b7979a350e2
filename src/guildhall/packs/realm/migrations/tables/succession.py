"""Succession: the triggers that pass on the lead of a deleted person."""

# Who goes must not take a raid, a party or a guild along: each passes on to whoever comes next, or ends.
SUCCESSION = """
create function realm.pass_on() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    led record;
    heir uuid;
begin
    for led in select p.id from realm.parties p where p.leader_id = old.id order by p.id for update loop
        select m.user_id into heir from realm.party_members m
        where m.party_id = led.id and m.user_id <> old.id order by m.joined_at, m.user_id limit 1;
        if heir is null then
            delete from realm.parties where id = led.id;
        else
            delete from realm.party_members where party_id = led.id and user_id = old.id;
            update realm.party_members set role = 'leader' where party_id = led.id and user_id = heir;
            update realm.parties set leader_id = heir, member_count = greatest(member_count - 1, 0) where id = led.id;
            insert into core.live_events (topic, kind, body)
            values ('realm.party:' || led.id, 'leader_changed', jsonb_build_object('leader_id', heir));
        end if;
    end loop;
    update realm.parties p set member_count = greatest(p.member_count - 1, 0)
    from realm.party_members m where m.user_id = old.id and p.id = m.party_id;
    delete from realm.party_members where user_id = old.id;

    -- Whose wars go with a guild is told of it, so both are locked, in the order in which everybody locks guilds.
    perform from realm.guilds g
    where g.leader_id = old.id or g.id in (
        select w.attacker_id from realm.guild_wars w join realm.guilds l on l.id = w.defender_id where l.leader_id = old.id
        union
        select w.defender_id from realm.guild_wars w join realm.guilds l on l.id = w.attacker_id where l.leader_id = old.id)
    order by g.id for update;
    for led in select g.id from realm.guilds g where g.leader_id = old.id order by g.id for update loop
        select m.user_id into heir from realm.guild_members m
        where m.guild_id = led.id and m.user_id <> old.id
        order by m.rank = 'officer' desc, m.contribution desc, m.joined_at, m.user_id limit 1;
        if heir is null then
            delete from realm.guilds where id = led.id;
        else
            delete from realm.guild_members where guild_id = led.id and user_id = old.id;
            update realm.guild_members set rank = 'leader' where guild_id = led.id and user_id = heir;
            update realm.guilds set leader_id = heir, member_count = greatest(member_count - 1, 0) where id = led.id;
            insert into core.live_events (topic, kind, body)
            values ('realm.guild:' || led.id, 'leader_changed', jsonb_build_object('leader_id', heir));
        end if;
    end loop;
    update realm.guilds g set member_count = greatest(g.member_count - 1, 0)
    from realm.guild_members m where m.user_id = old.id and g.id = m.guild_id;
    delete from realm.guild_members where user_id = old.id;

    for led in select r.id from realm.raids r where r.leader_id = old.id order by r.id for update loop
        select x.user_id into heir from (
            select p.user_id, p.joined_at as at from realm.raid_participants p where p.raid_id = led.id
            union all
            select s.user_id, s.signed_at from realm.raid_signups s where s.raid_id = led.id and s.state <> 'declined'
        ) x where x.user_id <> old.id order by x.at, x.user_id limit 1;
        if heir is null then
            delete from realm.raids where id = led.id;
        else
            update realm.raids set leader_id = heir where id = led.id;
        end if;
    end loop;
    update realm.raids r set participant_count = greatest(r.participant_count - 1, 0)
    from realm.raid_participants p where p.user_id = old.id and r.id = p.raid_id;
    delete from realm.raid_participants where user_id = old.id;

    -- What was said goes too. Then nobody's judgement of this sender counts any more, and nothing can be added
    -- behind this deletion: messages wait for core.live_head, and find that access was taken away.
    delete from realm.messages where user_id = old.id;
    perform core.next_live_tick(true);
    delete from realm.messages where user_id = old.id;
    delete from realm.message_keys where user_id = old.id;
    delete from realm.message_words
    where user_id = old.id and array[server_id, channel_id, user_id, md5(type)::uuid] @> array[old.id];
    insert into core.live_events (topic, kind, access, subject) values ('*', 'access', true, old.id);
    return old;
end $$;
create trigger pass_on before delete on realm.users for each row execute function realm.pass_on();

-- A channel takes its messages along, and nobody writes behind its end.
create function realm.empty_channel() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    delete from realm.messages where channel_id = old.id;
    perform core.next_live_tick(true);
    delete from realm.messages where channel_id = old.id;
    delete from realm.message_words
    where channel_id = old.id and array[server_id, channel_id, user_id, md5(type)::uuid] @> array[old.id];
    insert into core.live_events (topic, kind, access) values ('realm.channel:' || old.id, 'access', true);
    return old;
end $$;
create trigger empty_channel before delete on realm.channels for each row execute function realm.empty_channel();
"""
