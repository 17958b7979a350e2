"""Search in scripts that are written without spaces."""

from guildhall.db.revision import steps

revision = "realm_0007"
down_revision = "realm_0006"
branch_labels = None
depends_on = None

# As rules.search_terms.UNSPACED, and the default-ignorable code points.
_UNSPACED = (
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007"
    r"\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    r"\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff"
)

UP = f"""
-- A text as its words are taken from it: ASCII as it is, everything else by compatibility (NFKC); runs of scripts without
-- spaces as overlapping pairs of characters, in order, and their last character: 'ab bc c' for 'abc'. So a part of a word
-- is a phrase of pairs, and one character is the beginning of a pair.
create function realm.words_text(content text) returns text
language sql immutable parallel safe strict as $$
    select case
        when octet_length(content) = char_length(content) then content
        when normalize(content, NFKC) !~ '[{_UNSPACED}]' then normalize(content, NFKC)
        else (
            select string_agg(case
                when p.piece[1] is null then p.piece[2]
                else (select string_agg(substr(p.piece[1], at, 2), ' ' order by at)
                      from generate_series(1, char_length(p.piece[1])) at)
            end, ' ' order by p.number)
            from regexp_matches(normalize(content, NFKC), '([{_UNSPACED}]+)|([^{_UNSPACED}]+)', 'g')
                with ordinality p (piece, number)
        )
    end
$$;

-- A search as rules.search_terms writes it. One character of such a script is the beginning of what was indexed.
create function realm.words_query(language text, wanted text) returns tsquery
language sql immutable parallel safe strict as $$
    select case when octet_length(wanted) = char_length(wanted) then websearch_to_tsquery(realm.words_config(language), wanted)
        else regexp_replace(websearch_to_tsquery(realm.words_config(language), wanted)::text,
                            '''([{_UNSPACED}])''', '''\\1'':*', 'g')::tsquery
    end
$$;

-- What was indexed before is indexed again, by the worker, while search goes on.
insert into realm.followers (name, tick)
select 'reindex', 0 where exists (select from realm.messages)
on conflict (name) do update set tick = excluded.tick;
"""

DOWN = """
drop function realm.words_query(text, text);
drop function realm.words_text(text);
insert into realm.followers (name, tick)
select 'reindex', 0 where exists (select from realm.messages)
on conflict (name) do update set tick = excluded.tick;
"""

upgrade, downgrade = steps(UP, DOWN)
