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
