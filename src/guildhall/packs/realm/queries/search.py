"""Finding messages by their words."""

from uuid import UUID

from guildhall.db.query import Query
from guildhall.packs.realm.schemas.access import MessageType
from guildhall.packs.realm.schemas.messages import FoundRow

MARK_START = "\x02"
MARK_END = "\x03"
"""Around what was found: characters that no text has, for the rule for texts refuses them."""

searchable = Query(
    bool,
    """
    select numnode(realm.words_query(s.language, $2)) > 0 from realm.servers s where s.id = $1
    """,
    UUID,
    str,
    hot=True,
)
"""Whether anything is left of a search when the words are gone that are too common in the server's language."""

found_ids = Query(
    UUID,
    """
    select realm.search_messages($1, realm.words_query(s.language, $2),
                                 $3, $4, $5, $6, $7, $8, $9)
    from realm.servers s where s.id = $1
    """,
    UUID,
    str,
    list[UUID] | None,
    UUID | None,
    UUID | None,
    MessageType | None,
    UUID,
    UUID,
    int,
    hot=True,
)
"""On a server ($1) the words ($2) in channels ($3, null for all), one channel, of one person, of one type, in a range
of ids, at most so many; newest first."""

marked = Query(
    FoundRow,
    f"""
    select x.id, ts_headline(realm.words_config(s.language), translate(x.content, '{MARK_START}{MARK_END}', ''),
                             realm.words_query(s.language, $2),
                             'HighlightAll=true, StartSel={MARK_START}, StopSel={MARK_END}') as marked
    from realm.servers s
    cross join unnest($3::uuid[]) g (id)
    cross join lateral (select m.id, m.content from realm.messages m where m.id = g.id offset 0) x
    where s.id = $1
    """,
    UUID,
    str,
    list[UUID],
    hot=True,
    proven=("id",),
)
