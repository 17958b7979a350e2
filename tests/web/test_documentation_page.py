"""The documentation page in a real browser: somebody signs in and writes with it."""

import asyncio
import os
import re
import shutil
import signal
from typing import Any

import aiohttp
import pytest

from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.testing.people import make_user

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip
WRITE = """
(async () => {
  const until = async (find) => {
    for (let turn = 0; turn < 300; turn++) {
      const found = find();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("not there: " + find);
  };
  const body = {email: "page@example.com", password: "correct horse battery", page: true};
  const headers = {"content-type": "application/json"};
  await fetch("/api/v1/auth/sign-in", {method: "POST", headers, body: JSON.stringify(body)});
  const operation = await until(() => document.getElementById("operations-account-patch_me"));
  operation.querySelector(".opblock-summary-control").click();
  (await until(() => operation.querySelector(".execute"))).click();
  const answer = await until(() => operation.querySelector(".live-responses-table tbody .response-col_status"));
  const me = await (await fetch("/api/v1/me")).json();
  return [document.querySelector(".opblock-tag").dataset.tag, parseInt(answer.textContent), me.name];
})()
"""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="apt-get install chromium")]


async def evaluated(debugger: str, page: str, script: str) -> Any:
    """The value of a script in a page of its own, by the DevTools protocol."""
    async with aiohttp.ClientSession() as session, session.ws_connect(debugger, max_msg_size=0) as socket:
        count = 0

        async def ask(method: str, session_id: str | None = None, **params: Any) -> Any:
            nonlocal count
            count += 1
            message = {"id": count, "method": method, "params": params}
            await socket.send_json(message if session_id is None else {**message, "sessionId": session_id})
            while (answer := await socket.receive_json()).get("id") != count:
                pass
            assert "error" not in answer, answer
            return answer["result"]

        target = (await ask("Target.createTarget", url=page))["targetId"]
        attached = (await ask("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        place = ""
        while place != page:
            told = await ask("Runtime.evaluate", attached, expression="document.readyState + ' ' + location.href")
            state, _, place = told["result"]["value"].partition(" ")
            place = place if state == "complete" else ""
        result = await ask("Runtime.evaluate", attached, expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"]["value"]


async def test_somebody_writes_with_the_page_as_it_is_filled(guildhall, tmp_path):
    stored = await guildhall.runtime.provided[Passwords].hash("correct horse battery")
    await make_user(guildhall.runtime.url, email="page@example.com", password_hash=stored)
    browser = await asyncio.create_subprocess_exec(
        str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path}", stderr=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        async with asyncio.timeout(90):
            assert browser.stderr is not None
            found = None
            while found is None:
                line = await browser.stderr.readline()
                assert line, "The browser has ended."
                found = re.search(r"ws://\S+", line.decode())
            told = await evaluated(found[0], f"{guildhall.address}/docs", WRITE)
    finally:
        os.killpg(browser.pid, signal.SIGKILL)  # its children hold the pipe too, which keeps the test's loop open
        await browser.communicate()
    assert told == ["sign-in", 200, "Mirelle"]
