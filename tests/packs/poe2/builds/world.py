"""Builds as tests make them."""

from typing import Any

from guildhall.packs.poe2.sandbox import BuildMaker
from guildhall.testing.client import Answer, Client

BUILDS = "/api/v1/poe2/builds"


def code(seed: int = 1) -> str:
    """A code; another seed makes another one."""
    return BuildMaker(seed).code()


async def post_build(person: Client, seed: int = 1, **details: Any) -> Answer:
    """Add a build from a code, a public one unless told."""
    body = {"content": {"code": code(seed)}, "visibility": "public", **details}
    return await person.post(BUILDS, json=body)


async def made_build(person: Client, seed: int = 1, **details: Any) -> dict[str, Any]:
    """Add a build, and return its details."""
    answer = await post_build(person, seed, **details)
    assert answer.status == 201, answer
    build: dict[str, Any] = answer.json["build"]
    return build


async def known_builds(person: Client) -> dict[str, list[str]]:
    """Add builds, and return them as the parameters of paths know them."""
    builds = [
        await made_build(person, seed, visibility=one) for seed, one in enumerate(("public", "unlisted", "draft"))
    ]
    short_ids = [build["short_id"] for build in builds]
    return {"build": [builds[0]["id"], *short_ids[1:]], "short_id": short_ids, "number": ["1"]}


async def edit(person: Client, build: dict[str, Any], **change: Any) -> Answer:
    """Edit a build at the revision that its details have."""
    return await person.patch(f"{BUILDS}/{build['id']}", json={"revision": build["revision"], **change})
