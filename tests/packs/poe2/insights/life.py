"""People who do everything that changes the meta, by chance."""

import random
from datetime import timedelta
from typing import Any

from tests.packs.poe2.insights.world import (
    BASES,
    CLASSES,
    LEAGUE,
    NOW,
    PERMANENT,
    SKILLS,
    UNIQUES,
    add_build,
    add_character,
    add_person,
    add_snapshot,
    share,
)


class Life:
    """Some people, their characters and builds. The same seed does the same."""

    def __init__(self, connection, seed) -> None:
        self.rows = connection
        self.random = random.Random(seed)
        self.people: list[Any] = []
        self.characters: list[Any] = []
        self.snapshots: list[Any] = []
        self.builds: list[Any] = []

    async def begin(self):
        for _ in range(4):
            await self.person()
        for _ in range(10):
            await self.snapshot()

    async def step(self):
        chances = {
            self.person: 6, self.snapshot: 30, self.build: 12, self.edit_build: 12, self.share: 8, self.suspend: 4,
            self.forget_snapshot: 5, self.forget_character: 4, self.forget_build: 4, self.forget_person: 2,
            self.unlink: 1,
        }  # fmt: skip
        (action,) = self.random.choices(list(chances), list(chances.values()))
        await action()

    def some(self, among):
        return self.random.choice(among) if among else None

    async def person(self):
        self.people.append(await add_person(self.rows, shares=self.random.random() < 0.7))

    async def snapshot(self):
        if not self.people:
            return
        user = self.some(self.people)
        own = [one for owner, one in self.characters if owner == user]
        if not own or (self.random.random() < 0.3 and len(own) < 3):
            own = [await add_character(self.rows, user)]
            self.characters.append((user, own[0]))
        class_name = self.some(list(CLASSES))
        id = await add_snapshot(
            self.rows, user, self.some(own), class_name=class_name,
            ascendancy=self.some([None, *CLASSES[class_name]]), league=self.some([LEAGUE, LEAGUE, PERMANENT, None]),
            at=NOW - timedelta(hours=self.random.randrange(45 * 24)), level=self.random.randrange(1, 101),
            skills=self.random.sample(SKILLS, 2), uniques=self.random.sample(UNIQUES, self.random.randrange(3)),
            bases=self.some([None, self.random.sample(BASES, 2)]), main_skill=self.some([None, *SKILLS]),
            private=self.random.random() < 0.1, source="import" if self.random.random() < 0.1 else "game",
            dps=self.random.randrange(1, 10**6), calculated_by=self.some(["A, tree 0_5", None]),
        )  # fmt: skip
        self.snapshots.append(id)

    async def build(self):
        if self.people:
            class_name = self.some(list(CLASSES))
            self.builds.append(
                await add_build(
                    self.rows,
                    self.some(self.people),
                    class_name=class_name,
                    ascendancy=self.some(CLASSES[class_name]),
                    league=self.some([LEAGUE, PERMANENT, None]),
                    skill=self.some(SKILLS),
                    unique=self.some(UNIQUES),
                    visibility=self.some(["public", "public", "unlisted", "draft"]),
                    at=NOW - timedelta(hours=self.random.randrange(45 * 24)),
                )
            )

    async def edit_build(self):
        change = self.some([
            ("visibility", "public"), ("visibility", "draft"), ("visibility", "unlisted"), ("league", LEAGUE),
            ("league", None), ("main_skill", self.some(SKILLS)), ("level", self.random.randrange(1, 101)),
            ("class", "Monk"),
        ])  # fmt: skip
        if self.builds:
            await self.rows.execute(
                f"update poe2.build_templates set {change[0]} = $1 where id = $2", change[1], self.some(self.builds)
            )

    async def share(self):
        if self.people:
            await share(self.rows, self.some(self.people), self.random.random() < 0.5)

    async def suspend(self):
        if self.people:
            await self.rows.execute(
                "update core.users set suspended_at = case when suspended_at is null then now() end where id = $1",
                self.some(self.people),
            )

    async def forget_snapshot(self):
        if self.snapshots:
            await self.rows.execute("delete from poe2.character_snapshots where id = $1", self.some(self.snapshots))

    async def forget_character(self):
        if self.characters:
            gone = self.some(self.characters)
            self.characters.remove(gone)
            await self.rows.execute("delete from poe2.characters where id = $1", gone[1])

    async def forget_build(self):
        if self.builds:
            gone = self.some(self.builds)
            self.builds.remove(gone)
            await self.rows.execute("delete from poe2.build_templates where id = $1", gone)

    async def forget_person(self):
        if len(self.people) > 2:
            gone = self.some(self.people)
            self.people.remove(gone)
            self.characters = [one for one in self.characters if one[0] != gone]
            await self.rows.execute("delete from core.users where id = $1", gone)

    async def unlink(self):
        if self.people:
            gone = self.some(self.people)
            self.characters = [one for one in self.characters if one[0] != gone]
            await self.rows.execute("delete from poe2.characters where user_id = $1", gone)
