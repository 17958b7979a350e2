"""The OAuth server: consent, tokens, revocation and introspection."""

import base64
import hashlib
import html
from collections.abc import Callable
from hmac import compare_digest
from urllib.parse import parse_qsl, urlencode, urlsplit

from guildhall.packs.poe2.sandbox.ggg.grants import Code, Given, GrantRefused, Grants
from guildhall.packs.poe2.sandbox.ggg.options import SCOPES
from guildhall.packs.poe2.sandbox.ggg.world import World
from guildhall.sandbox.asking import Answer, Ask, Found, as_answer

_STYLE = (
    "body{font:16px system-ui;background:#120f0c;color:#e4d8c4;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "button{display:block;width:100%;margin:.4rem 0;padding:.7rem;border:1px solid #5a4630;border-radius:.3rem;"
    "background:#241c14;color:inherit;font:inherit;text-align:left;cursor:pointer}"
)


class OAuthSource:
    """Answers of www.pathofexile.com/oauth."""

    def __init__(self, world: World, grants: Grants) -> None:
        self._world = world
        self._grants = grants
        self._routes: dict[tuple[str, str], Callable[[Ask], Answer]] = {
            ("GET", "/oauth/authorize"): self._authorize,
            ("POST", "/oauth/token"): self._token,
            ("POST", "/oauth/token/revoke"): self._revoke,
            ("POST", "/oauth/token/introspect"): self._introspect,
        }

    def find(self, ask: Ask) -> Found | None:
        """Find the route of a call."""
        answer = self._routes.get((ask.method, ask.path))
        return None if answer is None else Found(f"{ask.method} {ask.path}", lambda: answer(ask))

    def _authorize(self, ask: Ask) -> Answer:
        query = ask.query
        needed = ("client_id", "redirect_uri", "state", "code_challenge", "scope")
        if not all(query.get(name) for name in needed) or query.get("code_challenge_method") != "S256":
            return _page(400, f"<p>Needed: {', '.join(needed)}, code_challenge_method=S256.</p>")
        if query["client_id"] != self._world.options.client_id or query.get("response_type") != "code":
            return _page(400, "<p>There is no such application.</p>")
        scopes = tuple(query["scope"].split())
        if not set(scopes) <= SCOPES:
            return _back(ask, error="invalid_scope")
        if "deny" in query:
            return _back(ask, error="access_denied")
        person = query.get("person") or self._world.approve
        account = None if person is None else self._world.named(person)
        if account is None:
            return self._consent(ask, scopes)
        until = ask.now + self._world.options.code_seconds
        code = Code(account, query["redirect_uri"], scopes, query["code_challenge"], until)
        return _back(ask, code=self._grants.code(code))

    def _consent(self, ask: Ask, scopes: tuple[str, ...]) -> Answer:
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in ask.query.items()
            if name not in ("person", "deny")
        )
        buttons = "".join(
            f'<button name="person" value="{html.escape(one.name)}">Authorize {html.escape(one.name)}</button>'
            for one in self._world.accounts.values()
        )
        wanted = "".join(f"<li>{html.escape(scope)}</li>" for scope in scopes)
        return _page(
            200,
            f"<h1>Authorize</h1><p>This is a sandbox: the people are made up.</p><ul>{wanted}</ul>"
            f'<form>{hidden}{buttons}<button name="deny" value="1">Deny</button></form>',
        )

    def _token(self, ask: Ask) -> Answer:
        form = _form(ask)
        if (refusal := self._refuse_client(ask, form)) is not None:
            return refusal
        try:
            match form.get("grant_type"):
                case "authorization_code":
                    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
                    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
                    given = self._grants.redeem(form.get("code", ""), form.get("redirect_uri", ""), challenge, ask.now)
                case "refresh_token":
                    given = self._grants.refresh(form.get("refresh_token", ""), ask.now)
                case _:
                    return as_answer({"error": "unsupported_grant_type"}, 400)
        except GrantRefused as refused:
            return as_answer({"error": str(refused)}, 400)
        return as_answer(self._answer(given))

    def _answer(self, given: Given) -> dict[str, object]:
        account = self._world.accounts[given.token.sub]
        return {
            "access_token": given.access,
            "expires_in": int(self._world.options.access_seconds),
            "token_type": "bearer",
            "scope": " ".join(given.token.scopes),
            "username": account.name,
            "sub": account.sub,
            "refresh_token": given.refresh,
        }

    def _revoke(self, ask: Ask) -> Answer:
        form = _form(ask)
        if (refusal := self._refuse_client(ask, form)) is not None:
            return refusal
        text = form.get("token", "")
        token = self._grants.token(text, ask.now)
        if token is not None and "oauth:revoke" not in token.scopes:
            return as_answer({"error": "insufficient_scope"}, 403)
        self._grants.revoke(text)
        return as_answer({})

    def _introspect(self, ask: Ask) -> Answer:
        form = _form(ask)
        if (refusal := self._refuse_client(ask, form)) is not None:
            return refusal
        token = self._grants.token(form.get("token", ""), ask.now)
        if token is None:
            return as_answer({"active": False})
        if "oauth:introspect" not in token.scopes:
            return as_answer({"error": "insufficient_scope"}, 403)
        account, scope = self._world.accounts[token.sub], " ".join(token.scopes)
        return as_answer(
            {"active": True, "scope": scope, "sub": account.sub, "username": account.name, "exp": int(token.until)}
        )

    def _refuse_client(self, ask: Ask, form: dict[str, str]) -> Answer | None:
        """The refusal of a client that does not say who it is."""
        options = self._world.options
        if not ask.headers.get("User-Agent", "").startswith(f"OAuth {options.client_id}/"):
            return as_answer({"error": "invalid_request", "error_description": "User-Agent"}, 403)
        right = form.get("client_id") == options.client_id and (
            options.client_secret is None
            or compare_digest(form.get("client_secret", "").encode(), options.client_secret.encode())
        )
        return None if right else as_answer({"error": "invalid_client"}, 401)


def _form(ask: Ask) -> dict[str, str]:
    return dict(parse_qsl(ask.body.decode("utf-8", "replace"), keep_blank_values=True))


def _back(ask: Ask, **answer: str) -> Answer:
    redirect = ask.query["redirect_uri"]
    separator = "&" if urlsplit(redirect).query else "?"
    location = f"{redirect}{separator}{urlencode({**answer, 'state': ask.query['state']})}"
    return Answer(b"", 302, {"Location": location})


def _page(status: int, body: str) -> Answer:
    text = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sandbox of Path of Exile</title>'
        f'<link rel="icon" href="data:,"><style>{_STYLE}</style></head><body>{body}</body></html>'
    )
    return Answer(text.encode(), status, {"Content-Type": "text/html; charset=utf-8"})
