"""The achievements of Path of Exile 2."""

from guildhall.core.achievements.declaration import Achievement, After
from guildhall.core.jobs.bindings import Schedule
from guildhall.packs.poe2.achievements import queries
from guildhall.packs.poe2.builds.messages import BuildPublished
from guildhall.packs.poe2.characters.messages import CharacterSeen
from guildhall.packs.poe2.collections.messages import CollectionShared
from guildhall.packs.poe2.crafting.messages import SessionCompleted
from guildhall.packs.poe2.opinions.messages import CommentWritten, ReviewWritten

_HOURLY = Schedule("40 * * * *")
"""Behind the hourly job that verifies reviews. Likes and verifications send no message of their own."""
_REVIEWED = (After(ReviewWritten, queries.people_of_review),)
_SEEN = (After(CharacterSeen),)
_CRAFTED = (After(SessionCompleted),)

ACHIEVEMENTS = (
    Achievement(
        name="poe2.first_build", title="Architect", description="Published a build.", icon="blueprint",
        rule=queries.public_builds, after=(After(BuildPublished, queries.author_of_build),), points=10,
    ),
    Achievement(
        name="poe2.liked_10", title="Well liked", description="Ten people like one of your builds.", icon="heart",
        rule=queries.most_likes, goal=10, every=_HOURLY, points=20,
    ),
    Achievement(
        name="poe2.liked_100", title="Crowd favourite", description="A hundred people like one of your builds.",
        icon="hearts", rule=queries.most_likes, goal=100, every=_HOURLY, tier="gold", points=60,
    ),
    Achievement(
        name="poe2.proven_10", title="Proven", icon="shield",
        description="Ten people played your builds, as the game has shown, and reviewed them.",
        rule=queries.verified_reviews_received, goal=10, after=_REVIEWED, every=_HOURLY, tier="gold", points=60,
    ),
    Achievement(
        name="poe2.first_clear", title="Tried and tested", icon="sword",
        description="Reviewed a build that you have played, as the game has shown.",
        rule=queries.verified_clears, after=_REVIEWED, every=_HOURLY, points=10,
    ),
    Achievement(
        name="poe2.level_90", title="Veteran", description="A watched character reached level 90.", icon="level90",
        rule=queries.highest_level, goal=90, after=_SEEN, tier="silver", points=30,
    ),
    Achievement(
        name="poe2.level_100", title="The last level", description="A watched character reached level 100.",
        icon="level100", rule=queries.highest_level, goal=100, after=_SEEN, tier="platinum", points=100,
    ),
    Achievement(
        name="poe2.watched_5", title="Keeper", description="Five of your characters are watched at once.", icon="eye",
        rule=queries.watched_characters, goal=5, after=_SEEN, points=10,
    ),
    Achievement(
        name="poe2.first_craft", title="At the bench", description="Logged a crafting session to its end.",
        icon="anvil", rule=queries.completed_sessions, after=_CRAFTED, points=10,
    ),
    Achievement(
        name="poe2.crafts_50", title="Master of the bench", icon="anvils",
        description="Logged fifty crafting sessions to their end.", rule=queries.completed_sessions, goal=50,
        after=_CRAFTED, tier="silver", points=40,
    ),
    Achievement(
        name="poe2.sure_strategy", title="A sure hand", icon="scales",
        description="One of your public strategies succeeds in at least 60 of 100 sessions, beyond doubt.",
        rule=queries.surest_strategy, goal=60,
        after=(After(SessionCompleted, queries.author_of_strategy),), every=Schedule("10 4 * * *"), tier="gold",
        points=60,
    ),
    Achievement(
        name="poe2.collector", title="Curator", description="Shared a collection of five builds.", icon="shelf",
        rule=queries.largest_shared_collection, goal=5, after=(After(CollectionShared),), points=10,
    ),
    Achievement(
        name="poe2.answers_25", title="Good counsel", description="Answered 25 comments of others.", icon="speech",
        rule=queries.comments_answered, goal=25, after=(After(CommentWritten, queries.writer_of_comment),),
        tier="silver", points=30,
    ),
    Achievement(
        name="poe2.stubborn", title="One more orb", description="Failed at a craft after a hundred steps.",
        icon="broken", rule=queries.longest_failure, goal=100, after=_CRAFTED, tier="silver", points=30, hidden=True,
    ),
)  # fmt: skip
