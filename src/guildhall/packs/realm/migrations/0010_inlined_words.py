"""The text that words are taken from, as an expression that PostgreSQL inlines: ASCII costs no call of a function."""

from guildhall.db.revision import steps

revision = "realm_0010"
down_revision = "realm_0009"
branch_labels = None
depends_on = None

_UNSPACED = (
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007"
    r"\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    r"\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff"
)
_PAIRS = """
            select string_agg(case
                when p.piece[1] is null then p.piece[2]
                else (select string_agg(substr(p.piece[1], at, 2), ' ' order by at)
                      from generate_series(1, char_length(p.piece[1])) at)
            end, ' ' order by p.number)
"""
_PIECES = f"'([{_UNSPACED}]+)|([^{_UNSPACED}]+)', 'g')\n                with ordinality p (piece, number)"

UP = f"""
create function realm.words_in_pairs(content text) returns text
language sql immutable parallel safe strict as $$
    {_PAIRS}
    from regexp_matches(content, {_PIECES}
$$;
create or replace function realm.words_text(content text) returns text
language sql immutable parallel safe as $$
    select case
        when octet_length(content) = char_length(content) then content
        when normalize(content, NFKC) !~ '[{_UNSPACED}]' then normalize(content, NFKC)
        else realm.words_in_pairs(normalize(content, NFKC))
    end
$$;
"""

DOWN = f"""
create or replace function realm.words_text(content text) returns text
language sql immutable parallel safe strict as $$
    select case
        when octet_length(content) = char_length(content) then content
        when normalize(content, NFKC) !~ '[{_UNSPACED}]' then normalize(content, NFKC)
        else ({_PAIRS}
            from regexp_matches(normalize(content, NFKC), {_PIECES}
        )
    end
$$;
drop function realm.words_in_pairs(text);
"""

upgrade, downgrade = steps(UP, DOWN)
