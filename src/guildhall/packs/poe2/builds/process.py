"""The objects of builds that every process holds, and a person's rows in the export of an account."""

from guildhall.core.identity.accounts.schemas import Export
from guildhall.pack import ProcessPart
from guildhall.packs.poe2.builds.kinds import WITHHELD

_BUILDS = Export(
    "poe2.build_templates",
    """
    select id, short_id, title, description, character_name, class, ascendancy, level, league, patch_version,
           complexity, tags, language, visibility, is_featured, withheld_at, views, likes, latest_version,
           published_at, created_at, updated_at
    from poe2.build_templates where user_id = $1 order by id
    """,
)
_VERSIONS = Export(
    "poe2.build_versions",
    """
    select v.build_template_id, v.version_number, v.changes, v.calculator,
           translate(encode(v.code, 'base64'), E'+/\n', '-_') as code, v.created_at
    from poe2.build_versions v join poe2.build_templates b on b.id = v.build_template_id
    where b.user_id = $1 order by v.build_template_id, v.version_number
    """,
)
_LIKES = Export(
    "poe2.build_likes",
    "select build_template_id, created_at from poe2.build_likes where user_id = $1 order by created_at",
)

PROCESS = ProcessPart(exports=(_BUILDS, _VERSIONS, _LIKES), notices=(WITHHELD,))
