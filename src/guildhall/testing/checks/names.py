"""The names that a slice gives to what it brings, by what they name."""

from typing import Any

from guildhall.pack import Slice


def names_of(one: Slice) -> dict[str, list[str]]:
    """Return the names of what a slice brings: messages, topics, notices, activities, routes, kept rows and others."""
    process, web, worker = one.process_parts(), one.web_parts(), one.worker_parts()
    messages = {on.message.name for part in worker for on in part.handlers}
    return {
        "message": sorted(messages | {message.name for part in worker for message in part.messages}),
        "topic": [topic.name for part in web for topic in part.topics],
        "notice": [notice.type for part in process for notice in part.notices],
        "activity": [activity.name for part in process for activity in part.activities],
        "game API": [_name(upstream) for part in process for upstream in part.upstreams],
        "stand-in": [sandbox.name for sandbox in one.sandboxes()],
        "route": [f"{route.method} {route.path}" for part in web for route in part.routes],
        "declaration of Fresh": [fresh.name for part in worker for fresh in part.fresh],
        "export": [export.table for part in process for export in part.exports],
    }


def _name(upstream: Any) -> str:
    """The name of a game API."""
    return str(upstream.name)
