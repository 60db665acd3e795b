"""A web server on this machine: files by ranges, a STAC search API, and failures on demand."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PAGE = 3
"""Items that a search gives at once."""


@dataclass
class Served:
    """What the server holds and what it was asked for."""

    folder: Path
    address: str = ""
    asked: list[str] = field(default_factory=list)
    """Method and path of each request."""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Status and body that paths ending so get instead of the file."""
    rasters_left: int | None = None
    """Requests of rasters that succeed before all fail; ``None`` for all."""
    items: list[dict] = field(default_factory=list)
    collections: list[dict] = field(default_factory=list)
    methods: tuple[str, ...] = ("POST", "GET")
    """Ways in which a search may be asked."""
    check: Callable[[str], int] = lambda path: 200
    """Status of a path."""

    def rasters(self) -> list[str]:
        """Requests of rasters so far."""
        return [line for line in self.asked if ".tif" in line]


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Nothing on stderr: clients that end in the middle are meant."""


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve a folder on a free port until the block ends."""
    served = Served(folder)
    server = _Quiet(("127.0.0.1", 0), _handler(served))
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

        def do_HEAD(self) -> None:
            self._serve(body=False)

        def do_GET(self) -> None:
            self._serve(body=True)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            query = json.loads(self.rfile.read(length))
            served.asked.append(f"POST {self.path}")
            self._json(_page(served, query, "POST"))

        def _serve(self, body: bool) -> None:
            served.asked.append(f"{self.command} {self.path}")
            parts = urlsplit(self.path)
            path = unquote(parts.path)
            for ending, (status, content) in served.answers.items():
                if path.endswith(ending):
                    self._send(status, content, "text/html")
                    return
            if ".tif" in path and served.rasters_left is not None:
                served.rasters_left -= 1
                if served.rasters_left < 0:
                    self._send(500, b"no more", "text/plain")
                    return
            status = served.check(self.path)
            if status != 200:
                self._send(status, b"", "text/plain")
            elif path.startswith("/api"):
                self._api(path.removeprefix("/api").strip("/"), parse_qs(parts.query))
            else:
                self._file(served.folder / path.lstrip("/"), body)

        def _api(self, path: str, query: dict[str, list[str]]) -> None:
            one = re.fullmatch(r"collections/([^/]+)", path)
            if path == "":
                self._json(_landing(served))
            elif path == "conformance":
                self._json({"conformsTo": _landing(served)["conformsTo"]})
            elif path == "collections":
                self._json({"collections": served.collections, "links": []})
            elif one and (found := [c for c in served.collections if c["id"] == one[1]]):
                self._json(found[0])
            elif path == "search":
                plain = {key: values[0] for key, values in query.items()}
                asked = {**plain, "collections": plain.get("collections", "").split(",")}
                if "bbox" in plain:
                    asked["bbox"] = [float(edge) for edge in plain["bbox"].split(",")]
                self._json(_page(served, asked, "GET"))
            else:
                self._send(404, b"", "text/plain")

        def _file(self, path: Path, body: bool) -> None:
            if not path.is_file():
                self._send(404, b"nothing here", "text/plain")
                return
            content = path.read_bytes()
            span = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            first = int(span[1]) if span else 0
            last = min(int(span[2] or len(content)), len(content) - 1) if span else len(content) - 1
            if first > last:
                self._send(416, b"", "text/plain")
                return
            self.send_response(206 if span else 200)
            self.send_header("Accept-Ranges", "bytes")
            if span:
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
            self.send_header("Content-Length", str(last + 1 - first))
            self.end_headers()
            if body:
                self.wfile.write(content[first : last + 1])

        def _json(self, content: object) -> None:
            self._send(200, json.dumps(content).encode(), "application/json")

        def _send(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    return Handler


def _landing(served: Served) -> dict:
    root = f"{served.address}/api"
    searches = [
        {"rel": "search", "href": f"{root}/search", "method": method,
         "type": "application/geo+json"}
        for method in served.methods
    ]  # fmt: skip
    return {
        "type": "Catalog", "id": "local", "stac_version": "1.0.0", "description": "local",
        "conformsTo": [
            "https://api.stacspec.org/v1.0.0/core",
            "https://api.stacspec.org/v1.0.0/item-search",
            "https://api.stacspec.org/v1.0.0/collections",
        ],
        "links": [
            {"rel": "self", "href": root}, {"rel": "root", "href": root},
            {"rel": "conformance", "href": f"{root}/conformance"},
            {"rel": "data", "href": f"{root}/collections"}, *searches,
        ],
    }  # fmt: skip


def _page(served: Served, query: dict, method: str) -> dict:
    """A page of a search: by collection, box and time."""
    found = [item for item in served.items if _fits(item, query)]
    start = int(query.get("token", 0))
    links = []
    if start + PAGE < len(found):
        following = {**query, "token": str(start + PAGE)}
        href = f"{served.address}/api/search"
        if method == "POST":
            links = [{"rel": "next", "href": href, "method": "POST", "body": following}]
        else:
            following["collections"] = ",".join(query["collections"])
            following["bbox"] = ",".join(map(str, query.get("bbox", ())))
            text = "&".join(f"{key}={value}" for key, value in following.items() if value)
            links = [{"rel": "next", "href": f"{href}?{text}"}]
    return {
        "type": "FeatureCollection", "links": links, "features": found[start : start + PAGE],
    }  # fmt: skip


def _fits(item: dict, query: dict) -> bool:
    west, south, east, north = item["bbox"]
    box = query.get("bbox")
    inside = not box or (west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1])
    first, _, last = str(query.get("datetime", "/")).partition("/")
    timely = (not first or first <= item["properties"]["datetime"]) and (
        not last or item["properties"]["datetime"] <= last
    )
    return item["collection"] in query["collections"] and inside and timely
