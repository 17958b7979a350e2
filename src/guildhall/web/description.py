"""Parts of the API's description that follow for every route: summary, id, tag, and required authentication."""

import inspect
import re
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Components, SecurityScheme

from guildhall.web.examples import EXAMPLES
from guildhall.web.tags import tag_of

COMPONENTS = Components(
    examples=EXAMPLES,
    security_schemes={
        "bearer": SecurityScheme(
            type="http", scheme="bearer", description="An access token of a session, or an API token of a machine."
        ),
        "page": SecurityScheme(
            type="apiKey",
            name="guildhall_access",
            security_scheme_in="cookie",
            description=(
                "The session of a signed-in page, in cookies of the browser; there is nothing to enter here. "
                "Sign in at `/api/v1/auth/{provider}/start?return_to=/docs` or with `page: true`. A request that "
                "changes something sends the cookie `guildhall_csrf` as `X-CSRF-Token`; this page does. With https "
                "the names begin with `__Host-`."
            ),
        ),
    },
)
SIGNED_IN: list[dict[str, list[str]]] = [{"bearer": []}, {"page": []}]


def describe(app: Litestar) -> None:
    """Give every route what it does not say itself. Wants to be called before the description is first read."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.resolve_include_in_schema():
                handler.summary = handler.summary or _summary(handler)
                handler.tags = [tag_of(route.path_format)]


def operation_id(_: HTTPRouteHandler, method: Any, components: list[Any]) -> str:
    """The method and the path's words, such as `delete_me_api_tokens_by_token_id`."""
    words = [part if isinstance(part, str) else f"by_{part.name}" for part in components]
    text = "_".join([str(getattr(method, "value", method)), *(words[2:] if words[:2] == ["api", "v1"] else words)])
    return re.sub(r"[^a-z0-9]+", "_", text.lower())


def _summary(handler: HTTPRouteHandler) -> str:
    """The first sentence of what the route's docstring says, without what it goes on with."""
    text = " ".join((inspect.getdoc(handler.fn) or handler.handler_name).split())
    return re.split(r"[.;:](?: |$)", text, maxsplit=1)[0]


def with_stable_names(document: dict[str, Any]) -> dict[str, Any]:
    """Return the description with names of schemas that do not say in which module a struct is, and sound unions.

    The framework calls a generic struct `Page_guildhall.packs.realm.wars.schemas.War_`, and structs of one name
    `packs_realm_chat_schemas_ReadRequest`: here they are `Page_War` and `RealmReadRequest`. Raises ValueError for two
    schemas of one name.
    """
    names = {name: _stable(name) for name in document["components"]["schemas"]}
    if len(set(names.values())) < len(names):
        raise ValueError(f"two schemas have one name: {sorted(names.values())}")
    begin = "#/components/schemas/"

    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: f"{begin}{names[inner.removeprefix(begin)]}"
                if key == "$ref" and isinstance(inner, str) and inner.startswith(begin)
                else named(_without_overlap(inner) if key == "oneOf" else inner)
                for key, inner in value.items()
            }
        return [named(one) for one in value] if isinstance(value, list) else value

    found: dict[str, Any] = named(document)
    found["components"]["schemas"] = {names[name]: schema for name, schema in found["components"]["schemas"].items()}
    return found


def _without_overlap(members: list[Any]) -> list[Any]:
    """Return the members of a union of which one alone may hold: an integer is a number already."""
    return [one for one in members if one != {"type": "integer"}] if {"type": "number"} in members else members


def _stable(name: str) -> str:
    if generic := re.fullmatch(r"(\w+?)_guildhall\.[\w.]*?(\w+)_", name):
        return f"{generic[1]}_{generic[2]}"
    if same := re.fullmatch(r"(?:core|packs)_([a-z0-9]+)_\w*?_?([A-Z]\w*)", name):
        return f"{same[1].capitalize()}{same[2]}"
    return name
