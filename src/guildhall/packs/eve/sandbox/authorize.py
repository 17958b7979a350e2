"""GET /v2/oauth/authorize: the sign-in of a pilot, and a code for the application."""

from html import escape
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from guildhall.packs.eve.sandbox.context import CLOCK, GRANTS, OPTIONS, SWITCHES, WORLD
from guildhall.packs.eve.sandbox.grants import Code
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.scopes import ALL_SCOPES

_SHOWN = 200
_STYLE = (
    "body{font:16px system-ui;background:#14181d;color:#dfe6ee;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "button{display:block;width:100%;margin:.4rem 0;padding:.7rem;border:1px solid #3b4654;border-radius:.3rem;"
    "background:#1e2630;color:inherit;font:inherit;text-align:left;cursor:pointer}small{color:#8b98a8}"
)


async def authorize(request: web.Request) -> web.Response:
    """The page with the pilots, or with `character` (or an approval that was set) straight back with a code."""
    query, app = request.query, request.app
    problem = _problem(request)
    if problem is not None:
        return _page(400, f"<h1>Sign-in is not possible</h1><p>{escape(problem)}</p>")
    scopes = tuple(query.get("scope", "").split())
    if unknown := [scope for scope in scopes if scope not in ALL_SCOPES]:
        return _back(request, error="invalid_scope", error_description=f"The scope {unknown[0]} is not valid")
    if query.get("deny") is not None:
        return _back(request, error="access_denied", error_description="The user denied the request")
    wanted = query.get("character")
    approved = app[SWITCHES].approve
    if wanted is None and approved is None:
        return _pilots_page(request, scopes)
    pilot = _pilot(request, wanted if wanted is not None else str(approved))
    if pilot is None:
        return _page(400, "<h1>Sign-in is not possible</h1><p>There is no such character.</p>")
    options = app[OPTIONS]
    code = Code(
        pilot,
        query["client_id"],
        query["redirect_uri"],
        scopes,
        query.get("code_challenge"),
        app[CLOCK].sso_now() + options.code_seconds,
    )
    return _back(request, code=app[GRANTS].code(code))


def _problem(request: web.Request) -> str | None:
    query, options = request.query, request.app[OPTIONS]
    if query.get("response_type") != "code":
        return "Invalid response type."
    if query.get("client_id") != options.client_id:
        return "Invalid client id."
    redirect = query.get("redirect_uri", "")
    parts = urlsplit(redirect)
    if not parts.scheme or (options.redirect_uris and redirect not in options.redirect_uris):
        return "The callback URI doesn't match the value stored for this client."
    if not query.get("state"):
        return "The state parameter is required."
    if "code_challenge" in query and query.get("code_challenge_method") != "S256":
        return "The code challenge method must be S256."
    return None


def _pilot(request: web.Request, text: str) -> Pilot | None:
    pilot = request.app[WORLD].pilots.get(int(text)) if text.isascii() and text.isdigit() else None
    return None if pilot is None or pilot.deleted else pilot


def _back(request: web.Request, **answer: str) -> web.Response:
    redirect = request.query["redirect_uri"]
    separator = "&" if urlsplit(redirect).query else "?"
    location = f"{redirect}{separator}{urlencode({**answer, 'state': request.query['state']})}"
    return web.Response(status=302, headers={"Location": location})


def _pilots_page(request: web.Request, scopes: tuple[str, ...]) -> web.Response:
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in request.query.items()
        if name not in ("character", "deny")
    )
    pilots = [pilot for pilot in request.app[WORLD].pilots.values() if not pilot.deleted]
    buttons = "".join(
        f'<button name="character" value="{pilot.id}">{escape(pilot.name)}<br><small>{escape(pilot.corporation)}, '
        f"{pilot.id}</small></button>"
        for pilot in pilots[:_SHOWN]
    )
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    return _page(
        200,
        "<h1>Choose a character</h1><p><small>This is a sandbox: the pilots are made up.</small></p>"
        f'<form method="get" action="{escape(request.path)}">{fields}{buttons}'
        f'<button name="deny" value="1">Cancel</button></form><p>The application asks for:</p><ul>{wanted}</ul>',
    )


def _page(status: int, body: str) -> web.Response:
    text = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sandbox sign-in</title>'
        '<link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    return web.Response(status=status, text=text, content_type="text/html", charset="utf-8")
