"""The objects of characters that web processes and workers both hold."""

from guildhall.core.identity.accounts.schemas import Export
from guildhall.pack import ProcessPart
from guildhall.packs.poe2.characters.actions.looks import Looker
from guildhall.packs.poe2.characters.kinds import CHANGED
from guildhall.packs.poe2.characters.reading import CharacterReader

PROCESS = ProcessPart(
    services=(CharacterReader, Looker),
    notices=(CHANGED,),
    exports=(
        Export(
            "poe2.characters",
            """
            select id, game_id, name, former_names, class, ascendancy, level, experience, league, private_league,
                   watched, watched_at, state, missing_since, looked_at, equipment, snapshot_at
            from poe2.characters where user_id = $1 order by name, id
            """,
        ),
        Export(
            "poe2.character_builds",
            "select character, build_id, attached_at from poe2.character_builds where user_id = $1 order by character",
        ),
        Export(
            "poe2.character_leagues",
            """
            select character, league, class, ascendancy, private_league, level, experience, first_seen_at, last_seen_at
            from poe2.character_leagues where user_id = $1 order by first_seen_at, id
            """,
        ),
        Export(
            "poe2.character_snapshots",
            """
            select id, character, character_name, class, ascendancy, level, league, private_league, experience,
                   equipment_hash, skills_hash, passive_tree_hash, stats, calculated_dps, calculated_ehp, build_id,
                   main_skill, calculated_by, source, snapshot_at
            from poe2.character_snapshots where user_id = $1 order by snapshot_at, id
            """,
        ),
        Export(
            "poe2.equipment_changes",
            """
            select id, character, slot, before, after, changed_at
            from poe2.equipment_changes where user_id = $1 order by changed_at, id
            """,
        ),
    ),
)
