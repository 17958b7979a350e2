"""The search index of messages."""

# A mark of a language ('pt-BR', 'de') and PostgreSQL's stemmer for it; both ends of a search use the same.
LANGUAGES = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch", "en": "english",
    "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian",
    "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali", "no": "norwegian",
    "nb": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

SEARCH = f"""
create function realm.words_config(language text) returns regconfig
language sql immutable parallel safe set search_path = pg_catalog as $$
    select case split_part(translate(lower(language), '_', '-'), '-', 1)
        {" ".join(f"when '{mark}' then 'pg_catalog.{name}'::regconfig" for mark, name in LANGUAGES.items())}
        else 'pg_catalog.simple'::regconfig
    end
$$;

-- The ids of messages with the wanted words, newest first, low <= id < high. `readable` are the channels to look in,
-- null for all of the server; what the system said to the whole server is always looked at.
-- First the newest few hundred messages are read, which fills the page for a common word. Then month by month through
-- the index of words, each planned for its own values and its own partitions: a generic plan walks the whole table for
-- a rare word (44 seconds where this takes 7 milliseconds). The index is read into a set before anything is sorted, so
-- that no plan can bet on finding a page early. The other statements are the same for all values, and planned once.
create function realm.search_messages(
    of_server uuid, wanted tsquery, readable uuid[], of_channel uuid, of_user uuid, of_type text,
    low uuid, high uuid, most int
) returns setof uuid
language plpgsql stable rows 50
set search_path = pg_catalog set timezone = 'UTC' set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    near   constant int := 500;
    scope  constant uuid[] := array_remove(array[of_server, of_channel, of_user, md5(of_type)::uuid], null);
    -- words that must not be there alone are no way into the index, which would be read from end to end
    matched constant text := case when querytree(wanted) = 'T' then 'coalesce(w.words @@ $1, false)' else 'w.words @@ $1' end
        -- nor are matches read that stand where one may not look, for who may look in a few places only
        || case when cardinality(readable) <= 8
                then ' and array[w.server_id, w.channel_id, w.user_id, md5(w.type)::uuid] && $9' else '' end;
    walked uuid[];
    found  uuid[];
    below  uuid := high;
    latest uuid;
    first  uuid;
begin
    if numnode(wanted) = 0 or most <= 0 then
        return;
    end if;
    if of_user is not null then
        walked := array(select m.id from realm.messages m
                        where m.user_id = of_user and m.id >= low and m.id < high order by m.id desc limit near);
    elsif of_channel is not null then
        walked := array(select m.id from realm.messages m
                        where m.channel_id = of_channel and m.id >= low and m.id < high order by m.id desc limit near);
    else
        walked := array(select m.id from realm.messages m
                        where m.server_id = of_server and m.id >= low and m.id < high order by m.id desc limit near);
    end if;
    found := array(
        select w.id
        from unnest(walked) with ordinality g (id, n)
        cross join lateral (
            select x.id from realm.message_words x
            where x.id = g.id and x.words @@ wanted and x.server_id = of_server
              and (of_channel is null or x.channel_id = of_channel) and (of_user is null or x.user_id = of_user)
              and (of_type is null or x.type = of_type)
              and (x.channel_id = any(readable) or readable is null and x.channel_id is not null
                   or x.channel_id is null and x.type = 'system')
            offset 0
        ) w
        order by g.n
        limit most
    );
    return query select unnest(found);
    most := most - cardinality(found);
    if most <= 0 or cardinality(walked) < near then
        return;
    end if;
    below := walked[near];
    loop
        select w.id into latest from realm.message_words w where w.id >= low and w.id < below order by w.id desc limit 1;
        if latest is null then
            return;
        end if;
        first := greatest(low, core.first_of_day('uuid', date_trunc('month', to_timestamp(
            ('x' || left(translate(latest::text, '-', ''), 12))::bit(48)::bigint / 1000.0) at time zone 'UTC')::date)::uuid);
        execute format('
            with hits as materialized (
                select w.id from realm.message_words w
                where %s and array[w.server_id, w.channel_id, w.user_id, md5(w.type)::uuid] @> $2
                  and w.id >= $3 and w.id < $4 and w.server_id = $5
                  and ($6 is null or w.type = $6)
                  and (w.channel_id = any($7) or $7 is null and w.channel_id is not null
                       or w.channel_id is null and w.type = ''system'')
            )
            select array(select id from hits order by id desc limit $8)', matched)
        into found
        using wanted, scope, first, below, of_server, of_type, readable, most, readable || md5('system')::uuid;
        return query select unnest(found);
        most := most - cardinality(found);
        below := first;
        if most <= 0 or first = low then
            return;
        end if;
    end loop;
end $$;
"""
