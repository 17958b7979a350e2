"""The server that stands in while a pack is broken: whatever is asked, it tells the error."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from guildhall.web.explanations import error_page

_FOOT = "Mend it: guildhall dev waits for the next change, and this page reloads by itself."


class ErrorPage:
    """Answers on an address as long as the block, with one error."""

    def __init__(self, address: str, words: str, place: tuple[Path, int] | None) -> None:
        page = error_page("The pack does not start", words, place, _FOOT)
        problem = {"type": "about:blank", "status": 503, "code": "unavailable", "title": "The pack does not start"}
        parts = urlsplit(address)
        self._server = _Server((parts.hostname or "", parts.port or 80), _Handler)
        self._server.page = page.replace(b"<style>", b'<meta http-equiv="refresh" content="1"><style>')
        self._server.problem = json.dumps({**problem, "detail": words}).encode()

    def __enter__(self) -> "ErrorPage":
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    page = b""
    problem = b""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        browser = "text/html" in self.headers.get("Accept", "")
        body = self.server.page if browser else self.server.problem
        self.send_response(503)
        self.send_header("Content-Type", "text/html; charset=utf-8" if browser else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Retry-After", "1")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 (http.server asks for these names)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the terminal has the error itself."""
