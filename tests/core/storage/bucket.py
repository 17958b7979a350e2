"""A bucket of an S3: the few calls that storage makes, over real HTTP, for a key that signs them."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import md5
from xml.sax.saxutils import escape

from aiohttp import web

NAME, ACCESS_KEY = "files", "AKEY"


class Bucket:
    """The content of a bucket. While `broken`, every call fails."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, datetime]] = {}
        self.broken = False
        self.calls: list[str] = []
        self.app = web.Application(client_max_size=20_000_000, middlewares=[self._guard])
        self.app.router.add_get(f"/{NAME}", self._list)
        self.app.router.add_get(f"/{NAME}/{{key:.+}}", self._get)
        self.app.router.add_put(f"/{NAME}/{{key:.+}}", self._put)
        self.app.router.add_post(f"/{NAME}", self._delete)

    @web.middleware
    async def _guard(self, request: web.Request, handler):
        self.calls.append(f"{request.method} {request.path}")
        if self.broken:
            return web.Response(status=500)
        if f"Credential={ACCESS_KEY}/" not in request.headers.get("authorization", ""):
            return web.Response(status=403)
        return await handler(request)

    async def _put(self, request: web.Request) -> web.Response:
        data = await request.read()
        self.kept[request.match_info["key"]] = (data, datetime.now(UTC).replace(microsecond=0))
        return web.Response(headers={"etag": f'"{md5(data).hexdigest()}"'})

    async def _get(self, request: web.Request) -> web.Response:
        if (found := self.kept.get(request.match_info["key"])) is None:
            return web.Response(status=404)
        data, modified = found
        headers = {"last-modified": format_datetime(modified, usegmt=True), "etag": f'"{md5(data).hexdigest()}"'}
        if "range" not in request.headers:
            return web.Response(body=data, headers=headers)
        asked = request.http_range
        part = data[asked]
        start = asked.start or 0
        headers["content-range"] = f"bytes {start}-{start + len(part) - 1}/{len(data)}"
        return web.Response(body=part, status=206, headers=headers)

    async def _delete(self, request: web.Request) -> web.Response:
        assert "delete" in request.query
        gone = re.findall(r"<Key>([^<]+)</Key>", await request.text())
        for key in gone:
            self.kept.pop(key, None)
        rows = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in gone)
        return web.Response(text=f"<DeleteResult>{rows}</DeleteResult>", content_type="application/xml")

    async def _list(self, request: web.Request) -> web.Response:
        after = request.query.get("continuation-token") or request.query.get("start-after", "")
        most = int(request.query.get("max-keys", "1000"))
        keys = sorted(key for key in self.kept if key > after and key.startswith(request.query.get("prefix", "")))
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.kept[key][0])}</Size><ETag>x</ETag>"
            f"<LastModified>{self.kept[key][1].isoformat().replace('+00:00', 'Z')}</LastModified></Contents>"
            for key in keys[:most]
        )
        more = f"<NextContinuationToken>{keys[most - 1]}</NextContinuationToken>" if len(keys) > most else ""
        cut = "true" if more else "false"
        text = f"<ListBucketResult><Name>{NAME}</Name><IsTruncated>{cut}</IsTruncated>{rows}{more}</ListBucketResult>"
        return web.Response(text=f'<?xml version="1.0"?>{text}', content_type="application/xml")
