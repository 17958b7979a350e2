"""The API: the profile, characters of realm poe2, and leagues, for who has a token with the scope."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from guildhall.packs.poe2.sandbox.ggg.grants import Grants, Token
from guildhall.packs.poe2.sandbox.ggg.limits import Policies
from guildhall.packs.poe2.sandbox.ggg.options import ACCOUNT, LIST, SHEET
from guildhall.packs.poe2.sandbox.ggg.sheets import line_of, sheet_of
from guildhall.packs.poe2.sandbox.ggg.world import LEAGUES, PRIVATE, World
from guildhall.sandbox.asking import Answer, Ask, Found, Refused, as_answer
from guildhall.sandbox.templates import Template

_WORDS = {
    401: (8, "Unauthorized"),
    403: (6, "Forbidden"),
    404: (1, "Resource not found"),
    429: (3, "Rate limit exceeded"),
}


class _Route(Struct, frozen=True):
    path: Template
    name: str
    scope: str
    policy: str
    answer: Callable[[Token, Ask, str], Any]


class ApiSource:
    """Answers of api.pathofexile.com, below /api."""

    def __init__(self, world: World, grants: Grants, policies: Policies) -> None:
        self._world = world
        self._grants = grants
        self._policies = policies
        self._routes = [
            _route("/profile", "account:profile", ACCOUNT, self._profile),
            _route("/account/leagues/poe2", "account:leagues", ACCOUNT, self._leagues),
            _route("/character/poe2", "account:characters", LIST, self._list),
            _route("/character/poe2/{name}", "account:characters", SHEET, self._sheet),
        ]

    def find(self, ask: Ask) -> Found | None:
        """Find the route of a call."""
        if ask.method != "GET":
            return None
        for route in self._routes:
            if (found := route.path.match(ask.path)) is not None:
                name = found.get("name", "")
                return Found(route.name, lambda route=route, name=name: self._answer(route, ask, name))  # type: ignore[misc]
        return None

    def _answer(self, route: _Route, ask: Ask, name: str) -> Answer:
        """Answer a call as the true server does: who asks, what it may ask, the limit, the thing."""
        if not ask.headers.get("User-Agent", "").startswith(f"OAuth {self._world.options.client_id}/"):
            raise _refused(403)
        text = ask.headers.get("Authorization", "").removeprefix("Bearer ")
        token = self._grants.token(text, ask.now)
        if token is None or not token.access:
            raise _refused(401)
        if route.scope not in token.scopes:
            raise _refused(403)
        callers = {"Client": self._world.options.client_id, "Account": token.sub, "Ip": "address"}
        wait, headers = self._policies.count(route.policy, callers, ask.now)
        try:
            made = as_answer(route.answer(token, ask, name)) if wait is None else _refused(429).answer
        except Refused as refused:
            made = refused.answer
        return Answer(made.body, made.status, {**made.headers, **headers})

    def _profile(self, token: Token, _: Ask, __: str) -> Any:
        return {"uuid": token.sub, "name": self._world.accounts[token.sub].name, "locale": "en_US"}

    def _leagues(self, token: Token, _: Ask, __: str) -> Any:
        private = {one.league for one in self._world.accounts[token.sub].characters} & {PRIVATE}
        leagues: list[dict[str, Any]] = [
            {"id": one, "realm": "poe2", "rules": [{"id": "Hardcore"}] if one.startswith(("HC", "Hard")) else []}
            for one in LEAGUES
        ]
        leagues += [
            {"id": one, "realm": "poe2", "privateLeague": {"name": one, "url": "https://x.invalid"}} for one in private
        ]
        return {"leagues": leagues}

    def _list(self, token: Token, ask: Ask, _: str) -> Any:
        # deleted ones are gone, not marked
        return {
            "characters": [
                line_of(one, ask.now) for one in self._world.accounts[token.sub].characters if not one.deleted
            ]
        }

    def _sheet(self, token: Token, ask: Ask, name: str) -> Any:
        for one in self._world.accounts[token.sub].characters:
            if one.name == name and not one.deleted and one.realm == "poe2":
                return {"character": sheet_of(self._world.options.seed, one, ask.now, self._world.shape)}
        raise _refused(404)


def _route(path: str, scope: str, policy: str, answer: Callable[[Token, Ask, str], Any]) -> _Route:
    return _Route(Template(f"/api{path}"), f"GET {path}", scope, policy, answer)


def _refused(status: int) -> Refused:
    code, message = _WORDS[status]
    return Refused(status, {"error": {"code": code, "message": message}})
