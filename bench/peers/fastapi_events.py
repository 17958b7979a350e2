"""FastAPI with SQLAlchemy's async ORM and pydantic: the endpoint that takes events of an app's clients."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal
from uuid import uuid4

from fastapi import FastAPI
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import async_sessionmaker

from bench.peers.tables import AnalyticsEvent, engine_for

PATH = "/api/v1/events"


class ScreenViewed(BaseModel):
    """The data of the one type."""

    screen: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_./:-]+$")


class SentEvent(BaseModel):
    """An event as a client sends it."""

    type: Literal["analytics.screen_viewed"]
    data: ScreenViewed


class SentBatch(BaseModel):
    """A batch of a visit."""

    session_id: str = Field(min_length=1, max_length=255)
    events: list[SentEvent] = Field(max_length=100)


class Outcome(BaseModel):
    """The outcome of one event."""

    outcome: Literal["stored"] = "stored"


class Outcomes(BaseModel):
    """The outcomes of a batch."""

    outcomes: list[Outcome]


def create_app() -> FastAPI:
    """The application, set by the environment.

    DATABASE_URL; PEER_WRITES: `each` (an INSERT and a commit for each event, so that a bad one spoils no other) or
    `batch` (all events of a request in one flush and one commit); PEER_POOL in connections.
    """
    environment = os.environ
    engine = engine_for(environment["DATABASE_URL"], int(environment.get("PEER_POOL", "8")))
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    each = environment.get("PEER_WRITES", "each") == "each"

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    async def post_events(batch: SentBatch) -> Outcomes:
        async with sessions() as session:
            for event in batch.events:
                session.add(
                    AnalyticsEvent(
                        id=uuid4(),
                        event_type=event.type,
                        event_data=event.data.model_dump(),
                        session_id=batch.session_id,
                    )
                )
                if each:
                    await session.commit()
            await session.commit()
        return Outcomes(outcomes=[Outcome() for _ in batch.events])

    app.post(PATH)(post_events)
    return app
