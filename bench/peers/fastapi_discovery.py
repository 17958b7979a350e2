"""FastAPI with SQLAlchemy's ORM and pydantic: a search over builds as one would write it first.

Words are looked for with ILIKE, pages are taken with OFFSET, and counts are asked for with each first page. Its table
has the columns of ours that it needs, and an index for each facet and sort.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Uuid, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.peers.tables import engine_for

PATH = "/builds"
TABLE = """
create schema if not exists peer;
create table peer.builds as
select b.id, b.publication as number, b.title, b.description, b.author, b.class as class_name, b.ascendancy,
       b.main_skill, b.level, b.league, b.patch_version as patch, b.complexity, b.language, b.likes, b.views,
       array_to_string(b.gems || b.uniques, ', ') as items
from poe2.build_templates b where b.visibility = 'public';
alter table peer.builds add primary key (id);
create index on peer.builds (likes desc, number desc);
create index on peer.builds (number desc);
create index on peer.builds (class_name);
create index on peer.builds (ascendancy);
create index on peer.builds (league);
create index on peer.builds (patch);
"""
FACETS = ("class_name", "ascendancy", "league", "patch", "complexity", "language")


class Base(DeclarativeBase):
    """The declarative base."""


class Build(Base):
    """A public build."""

    __tablename__ = "builds"
    __table_args__ = {"schema": "peer"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int]
    title: Mapped[str]
    description: Mapped[str | None]
    author: Mapped[str]
    class_name: Mapped[str]
    ascendancy: Mapped[str | None]
    main_skill: Mapped[str | None]
    level: Mapped[int]
    league: Mapped[str | None]
    patch: Mapped[str]
    complexity: Mapped[str | None]
    language: Mapped[str | None]
    likes: Mapped[int]
    views: Mapped[int]
    items: Mapped[str]


class Card(BaseModel):
    """A build in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    title: str
    author: str
    class_name: str
    ascendancy: str | None
    main_skill: str | None
    level: int
    league: str | None
    likes: int


class Answer(BaseModel):
    """A page, with counts on the first."""

    items: list[Card]
    total: int | None
    facets: dict[str, dict[str, int]] | None


def create_app() -> FastAPI:
    """The application; DATABASE_URL names the database."""
    engine = engine_for(os.environ["DATABASE_URL"], 8)
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.get(PATH)
    async def builds(
        q: str,
        facet: Annotated[list[str], Query()],
        sort: str = "liked",
        page: Annotated[int, Query(ge=1)] = 1,
    ) -> Answer:
        conditions: list[Any] = []
        for word in q.split():
            like = f"%{word}%"
            conditions.append(
                Build.title.ilike(like) | Build.description.ilike(like) | Build.author.ilike(like)
                | Build.class_name.ilike(like) | Build.ascendancy.ilike(like) | Build.main_skill.ilike(like)
                | Build.items.ilike(like)
            )  # fmt: skip
        for one in facet:
            name, _, value = one.partition(":")
            conditions.append(getattr(Build, name) == value)
        order = (Build.number.desc(),) if sort == "new" else (Build.likes.desc(), Build.number.desc())
        async with sessions() as session:
            found = await session.scalars(
                select(Build).where(*conditions).order_by(*order).offset((page - 1) * 20).limit(20)
            )
            cards = [Card.model_validate(build) for build in found]
            if page > 1:
                return Answer(items=cards, total=None, facets=None)
            total = await session.scalar(select(func.count()).select_from(Build).where(*conditions))
            facets: dict[str, dict[str, int]] = {}
            for name in FACETS:
                column = getattr(Build, name)
                rows = await session.execute(select(column, func.count()).where(*conditions).group_by(column))
                facets[name] = {str(value): builds for value, builds in rows}
        return Answer(items=cards, total=total, facets=facets)

    return app
