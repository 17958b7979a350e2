"""The manifest of what people do with each other."""

from guildhall.core.social.activities.part import PART as ACTIVITIES
from guildhall.core.social.blocks.part import PART as BLOCKS
from guildhall.core.social.broadcasts.part import PART as BROADCASTS
from guildhall.core.social.follows.part import PART as FOLLOWS
from guildhall.core.social.profiles.part import PART as PROFILES
from guildhall.core.social.reports.part import PART as REPORTS
from guildhall.db.branch import Branch
from guildhall.pack import Commands, Slice
from guildhall.references import Reference

SOCIAL = Slice(
    name="social",
    settings=Reference("guildhall.core.social.settings:SocialSettings"),
    migrations=Branch("social", "guildhall.core.social.migrations"),
    parts=(BLOCKS, PROFILES, FOLLOWS, BROADCASTS, ACTIVITIES, REPORTS),
    commands=Commands(
        Reference("guildhall.core.social.cli:commands"), "Profiles: marks, handles; notices to followers."
    ),
)
