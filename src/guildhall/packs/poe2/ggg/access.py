"""The API on behalf of a user: with a good token, refreshed once more when the API refuses it."""

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.packs.poe2.ggg.errors import AccountNotLinked, ScopeMissing, TokenDelayed, TokenRefused
from guildhall.packs.poe2.ggg.oauth import PoeOAuth
from guildhall.packs.poe2.ggg.queries import accounts as queries
from guildhall.packs.poe2.ggg.refresh import Refresher
from guildhall.packs.poe2.ggg.upstream import Ggg, Route


class GggAccess:
    """Asks the API for a user. One for each process."""

    def __init__(self, db: Database, ggg: Ggg, refresher: Refresher, oauth: PoeOAuth) -> None:
        self._db = db
        self.ggg = ggg
        self._refresher = refresher
        self._agent = oauth.agent

    async def get(self, user_id: UserId, route: Route, *, interactive: bool, **parts: str) -> bytes:
        """Return the JSON of an answer.

        Raises AccountNotLinked, LinkEnded, ScopeMissing (also for a scope that the user has not allowed), and what
        `Ggg.ask` raises, except TokenRefused: a token that the API refuses twice is TokenDelayed.
        """
        await self._require_scope(user_id, route)
        target = route.target(**parts)
        token = await self._refresher.access_token(user_id)
        try:
            return await self.ggg.ask(route, target, user_id, token, self._agent, interactive=interactive)
        except TokenRefused:
            token = await self._refresher.access_token(user_id, refused=token)
        try:
            return await self.ggg.ask(route, target, user_id, token, self._agent, interactive=interactive)
        except TokenRefused as error:
            raise TokenDelayed(
                detail="Path of Exile refuses a token that it has just given.", retry_after=60
            ) from error

    async def _require_scope(self, user_id: UserId, route: Route) -> None:
        """Raise ScopeMissing before the API does. Raises AccountNotLinked."""
        async with self._db.read(Viewer(user_id)) as tx:
            row = await queries.account.one_or_none(tx, user_id)
        if row is None:
            raise AccountNotLinked
        if route.scope not in row.scopes:
            raise ScopeMissing(scope=route.scope)
