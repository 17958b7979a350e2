"""A loop as it is often written: one row, one POST over httpx, one commit, then the next."""

import argparse
import asyncio
import os
import time

import asyncpg
import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

TABLE = """
create schema if not exists peer;
create table if not exists peer.pushes (
    id bigint primary key, token text not null, title text not null, body text not null,
    status text not null default 'pending', sent_at timestamptz, error text
);
create index if not exists pushes_by_status on peer.pushes (status);
truncate peer.pushes;
"""


async def push(count: int) -> float:
    """Send so many pushes; the seconds that it took."""
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute(TABLE)
    await connection.execute(
        "insert into peer.pushes select i, 'peer' || i, 'Skill finished', 'Gunnery V' from generate_series(1, $1) i",
        count,
    )
    async with httpx.AsyncClient() as client:
        account = (await client.get(os.environ["FCM_URL"] + "/service-account.json")).json()
        now = int(time.time())
        claims = {
            "iss": account["client_email"], "aud": account["token_uri"], "iat": now, "exp": now + 3600,
            "scope": "https://www.googleapis.com/auth/firebase.messaging",
        }  # fmt: skip
        assertion = jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(account["private_key"]))
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        token = (await client.post(account["token_uri"], data=form)).json()["access_token"]
        url = f"{os.environ['FCM_URL']}/v1/projects/{account['project_id']}/messages:send"
        began = time.perf_counter()
        for _ in range(count):
            row = await connection.fetchrow("select * from peer.pushes where status = 'pending' order by id limit 1")
            assert row is not None
            message = {"token": row["token"], "notification": {"title": row["title"], "body": row["body"]}}
            answer = await client.post(url, json={"message": message}, headers={"Authorization": f"Bearer {token}"})
            answer.raise_for_status()
            await connection.execute("update peer.pushes set status = 'sent', sent_at = now() where id = $1", row["id"])
        took = time.perf_counter() - began
    await connection.close()
    return took


def main() -> None:
    """Print the seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, required=True)
    print(asyncio.run(push(parser.parse_args().count)))


if __name__ == "__main__":
    main()
