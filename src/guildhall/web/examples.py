"""Examples of failures in the API's description: each status shows its own, written once and referred to."""

from typing import Any, cast

from litestar.openapi.spec import Example, Reference

_INSTANCE = "urn:request:4c6846ef471700000001"


def _problem(status: int, code: str, title: str, detail: str, **more: Any) -> dict[str, Any]:
    problem = {"type": "about:blank", "status": status, "code": code, "title": title, "detail": detail}
    return {**problem, "instance": _INSTANCE, **more}


_SHOWN = (
    _problem(
        400, "bad_request", "Bad request", "A parameter or the body is not what this endpoint takes.",
        errors=[{"at": "limit", "why": "Expected `int` <= 100"}],
    ),
    _problem(401, "identity.unauthenticated", "Authentication required", "Sign in, or send a token."),
    _problem(403, "identity.scope_missing", "The API token lacks a scope", "This needs the scope realm:write."),
    _problem(404, "not_found", "Not found", "There is no such thing."),
    _problem(409, "realm.guild_full", "The guild is full", "The guild is full."),
    _problem(410, "poe2.build_gone", "Build gone", "Build gone: its author has deleted it."),
    _problem(413, "too_large", "Request body too large", "The body may have 1024 KB."),
    _problem(415, "realm.not_rows", "Not rows", "The body must be application/x-ndjson, one JSON object a line."),
    _problem(416, "range_not_satisfiable", "Range not satisfiable", "There are 48120 bytes."),
    _problem(422, "realm.content_refused", "Text refused", "The text is empty."),
    _problem(422, "identity.password_refused", "The password is too weak", "It is one of the most used passwords."),
    _problem(429, "rate_limited", "Too many requests", "Too many requests from this address."),
    _problem(503, "unavailable", "Service unavailable", "The game's API does not answer."),
)  # fmt: skip
EXAMPLES: dict[str, Example | Reference] = {one["code"]: Example(summary=one["title"], value=one) for one in _SHOWN}
"""All of them by their code, for the components of the description."""


class _Shown(Reference):
    """A reference to an example, which the framework names by its `id`."""

    @property
    def id(self) -> str:
        return self.value


def examples_of(status: int) -> list[Example]:
    """Return references to the examples of a status, which the framework takes in the place of examples."""
    codes = [one["code"] for one in _SHOWN if one["status"] == status]
    return cast(list[Example], [_Shown(f"#/components/examples/{code}") for code in codes])
