"""A request all the way down and back."""

from guildhall.packs.dota2.sandbox import player_ids


async def test_a_player_comes_from_the_source_then_from_memory(guildhall, sandbox):
    account_id = player_ids(sandbox.options)[0]

    first = await guildhall.get(f"/api/v1/opendota_proxy/players/{account_id}")
    second = await guildhall.get(f"/api/v1/opendota_proxy/players/{account_id}")

    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body
    assert "detail=source" in first.headers["cache-status"]
    assert "detail=memory" in second.headers["cache-status"]


async def test_a_sync_runs_in_the_worker(guildhall, sandbox, start_worker):
    account_id = player_ids(sandbox.options)[1]

    answer = await guildhall.post(f"/api/v1/opendota_proxy/players/{account_id}/refresh")
    worker = await start_worker(sandbox)
    await worker.idle()

    assert answer.status == 202
    async with worker.runtime.db.read() as tx:
        stored = await tx.connection.fetchval(
            "select count(*) from dota2.player_matches where account_id = $1", account_id
        )
    assert stored > 50
