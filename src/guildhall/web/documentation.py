"""The interactive documentation page, its assets served from here so that it works without a network."""

import asyncio
import importlib.util
import threading
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.response import Redirect
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from guildhall.errors import Misconfigured
from guildhall.web.description import with_stable_names

SCHEMA = "/openapi.json"
"""The path of the API's description, which the framework serves."""
_ASSETS = "/docs/assets"
_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Guildhall API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{_ASSETS}/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{_ASSETS}/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = f"""SwaggerUIBundle({{
  url: "{SCHEMA}", dom_id: "#swagger-ui", deepLinking: true, tryItOutEnabled: true,
  displayRequestDuration: true, filter: true, validatorUrl: null, withCredentials: true,
  requestInterceptor: (request) => {{
    const token = /(?:^|; )(?:__Host-)?guildhall_csrf=([^;]+)/.exec(document.cookie);
    if (token && new URL(request.url, location.href).origin === location.origin) {{
      request.headers["X-CSRF-Token"] = token[1];
    }}
    return request;
  }},
}});
"""
_MAKING = threading.Lock()  # not the plugin's own: the framework copies its configuration, which no lock bears


class Description(JsonRenderPlugin):
    """The API's description as JSON. It takes seconds to make, and anybody may ask for it: made once, in a thread."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._rendered: bytes | None = None

    def router(self, path: str) -> Router:
        """Return the router that the framework adds its own routes to; it answers with the document before those."""
        return Router(path, route_handlers=[], include_in_schema=False, before_request=self._answer)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the document's bytes."""
        return super().render(request, with_stable_names(openapi_schema))

    async def _answer(self, request: Request[Any, Any, Any]) -> Response[bytes] | None:
        if not self.has_path(request.scope["path"].removeprefix(SCHEMA) or "/"):
            return None
        return Response(await self._made(request), media_type=self.media_type)

    async def _made(self, request: Request[Any, Any, Any]) -> bytes:
        if self._rendered is not None:
            return self._rendered
        return await asyncio.to_thread(self._render_once, request)

    def _render_once(self, request: Request[Any, Any, Any]) -> bytes:
        with _MAKING:
            rendered = self._rendered
            if rendered is None:
                rendered = self._rendered = self.render(request, request.app.openapi_schema.to_schema())
        return rendered


def _assets() -> Path:
    """The folder of Swagger UI's files, from its package (which is not imported)."""
    spec = importlib.util.find_spec("swagger_ui")
    if spec is None or not spec.submodule_search_locations:
        raise Misconfigured("The documentation page's assets are missing: install swagger-ui-py.")
    return Path(next(iter(spec.submodule_search_locations))) / "static"


def documentation_routes() -> list[ControllerRouterHandler]:
    """/docs with what it needs, and / that leads there."""

    @get("/", include_in_schema=False)
    async def root() -> Redirect:
        return Redirect("/docs")

    @get("/docs", include_in_schema=False, media_type=MediaType.HTML)
    async def docs() -> str:
        return _PAGE

    @get("/docs/start.js", include_in_schema=False)
    async def start() -> Response[str]:
        return Response(_START, media_type="text/javascript")

    routes: list[HTTPRouteHandler] = [root, docs, start]
    assets = create_static_files_router(_ASSETS, [_assets()], include_in_schema=False, cache_control=None)
    return [*routes, assets]
