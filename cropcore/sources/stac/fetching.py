"""Asks servers and files for JSON, within bounds, and tells in one sentence what went wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pystac
import requests
from pystac_client.stac_api_io import StacApiIO

from cropcore.errors import MissingFileError, RegionError

_LARGEST_BYTES = 64_000_000
_CHUNK = 1 << 16
_CONNECT_SECONDS = 15.0
_SHOWN = 300


class UnreachableError(RegionError):
    """A server did not answer, or not in a way that tells anything."""


class CatalogueIO(StacApiIO):
    """Reads the JSON of catalogues for pystac and pystac-client.

    Only http, https and files are read; a catalogue that came by http names no files here.

    Args:
        source: Where the catalogue is, address or path.
        timeout: Seconds that a server may take to answer.
    """

    def __init__(self, source: str, timeout: float = 60.0) -> None:
        super().__init__(timeout=timeout, max_retries=2)
        self.remote = is_remote(source)
        self._source = source
        self._seconds = timeout

    def request(
        self,
        href: str,
        method: str | None = None,
        headers: dict[str, str] | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> str:
        """The text that a server answers.

        Raises:
            UnreachableError: It does not answer, fails, or answers without end.
            RegionError: It says that there is nothing, or that one must log in.
        """
        verb = (method or "GET").upper()
        if not is_remote(href) or verb not in ("GET", "POST"):
            raise self._refused(href)
        posted = verb == "POST"
        try:
            with self.session.request(
                verb,
                href,
                headers=headers,
                params=None if posted else parameters,
                json=parameters if posted else None,
                timeout=(_CONNECT_SECONDS, self._seconds),
                stream=True,
            ) as answer:
                _check_status(shown(href), answer.status_code)
                return _text(href, answer)
        except requests.RequestException as error:
            raise UnreachableError(
                shown(href),
                expected="an answer from the server",
                got=_reason(error),
                advice="check the address and the connection, or try again later",
            ) from error

    def read_text(self, source: pystac.link.HREF, *args: Any, **kwargs: Any) -> str:
        """The text at an address or in a file.

        Raises:
            RegionError: It cannot be had.
            MissingFileError: There is no such file.
        """
        if isinstance(source, pystac.Link):
            return super().read_text(source, *args, **kwargs)
        href = str(source)
        if is_remote(href):
            return self.request(href, *args, **kwargs)
        if self.remote:
            raise self._refused(href)
        return _file_text(local_path(href))

    def read_json(self, source: pystac.link.HREF, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The JSON object at an address or in a file.

        Raises:
            RegionError: It cannot be had, or is something else.
            MissingFileError: There is no such file.
        """
        href = source.href if isinstance(source, pystac.Link) else str(source)
        text = self.read_text(source, *args, **kwargs)
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            page = text.lstrip()[:1] == "<"
            raise RegionError(
                shown(href),
                expected="JSON of a STAC catalogue",
                got="a web page" if page else f"text that is no JSON ({str(error)[:80]})",
                advice="give the address of the catalogue itself, not of a page about it",
            ) from error
        if not isinstance(content, dict):
            raise RegionError(
                shown(href),
                expected="a STAC catalogue, collection, item or list of items",
                got=f"JSON of another kind ({type(content).__name__})",
                advice="check the address",
            )
        return content

    def _refused(self, href: str) -> RegionError:
        return RegionError(
            shown(self._source),
            expected="links to addresses of http or https",
            got=f"one to {shown(href)}",
            advice="use a catalogue that can be read by https",
        )


def is_remote(href: str) -> bool:
    """Whether an address is one of http or https."""
    return urlsplit_scheme(href) in ("http", "https")


def urlsplit_scheme(href: str) -> str:
    """The scheme of an address in small letters; empty for paths and what cannot be split."""
    try:
        return urlsplit(href).scheme.lower()
    except ValueError:
        return ""


def local_path(href: str) -> Path:
    """The path of a file, given as such or as ``file://``."""
    if urlsplit_scheme(href) == "file":
        return Path(url2pathname(unquote(urlsplit(href).path, errors="replace")))
    return Path(href)


def version_of(href: str) -> tuple[str, ...]:
    """What tells a file from others: its address, unsigned; on disk also its size and age."""
    if is_remote(href):
        return (href.partition("?")[0],)
    try:
        found = local_path(href).stat()
    except OSError:
        return (href,)
    return href, str(found.st_size), str(found.st_mtime_ns)


def shown(href: str) -> str:
    """An address for messages: without what signs it, and not without end."""
    plain = href.partition("?")[0]
    plain = "".join(char for char in plain if char.isprintable())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def _text(href: str, answer: requests.Response) -> str:
    parts, size = [], 0
    for part in answer.iter_content(_CHUNK):
        size += len(part)
        if size > _LARGEST_BYTES:
            raise UnreachableError(
                shown(href),
                expected=f"at most {_LARGEST_BYTES >> 20} MiB of JSON",
                got="more",
                advice="ask for less, or use another address",
            )
        parts.append(part)
    return b"".join(parts).decode("utf-8", errors="replace")


def _check_status(href: str, status: int) -> None:
    if status < 400:
        return
    if status >= 500 or status == 429:
        raise UnreachableError(
            href,
            expected="an answer from the server",
            got=f"HTTP status {status}, a failure of the server",
            advice="try again later",
        )
    advice = {
        401: "use a catalogue that needs no account",
        403: "use a catalogue that needs no account, or see --sign",
    }.get(status, "check the address and the names of the collections")
    raise RegionError(
        href, expected="JSON of a catalogue", got=f"HTTP status {status}", advice=advice
    )


def _file_text(path: Path) -> str:
    if not path.is_file():
        raise MissingFileError(
            path,
            expected="a STAC catalogue, collection, item or list of items",
            got="a folder" if path.is_dir() else "no such file",
            advice="name its .json file" if path.is_dir() else "check the path",
        )
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise OSError(f"{path.stat().st_size >> 20} MiB of JSON")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RegionError(
            path, expected="readable JSON", got=str(error)[:120], advice="copy the file again"
        ) from error


def _reason(error: requests.RequestException) -> str:
    kinds: dict[type[Exception], str] = {
        requests.Timeout: "none in time",
        requests.exceptions.SSLError: "a certificate that is not valid",
        requests.ConnectionError: "no connection",
        requests.TooManyRedirects: "redirections without end",
    }
    return next((text for kind, text in kinds.items() if isinstance(error, kind)), str(error)[:120])


Sign = Callable[[str], str]
"""Turns the address of a file into one that may be read."""

__all__ = [
    "CatalogueIO",
    "Sign",
    "UnreachableError",
    "is_remote",
    "local_path",
    "shown",
    "urlsplit_scheme",
    "version_of",
]
