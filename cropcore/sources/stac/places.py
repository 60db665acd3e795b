"""Where the file of an asset may be read from, and how the address is signed."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pystac.utils import make_absolute_href

from cropcore.errors import RegionError
from cropcore.sources.stac.fetching import (
    CatalogueIO,
    is_remote,
    local_path,
    shown,
    urlsplit_scheme,
)
from cropcore.sources.stac.names import OPEN_BUCKETS, SIGNED_HOSTS, TOKENS

_TOKEN_SECONDS = 1200.0


def place_of(where: str, href: str, alternate: Mapping[str, Any], base: str, remote: bool) -> str:
    """The address or path that an asset is read from.

    A catalogue from a server names files on servers only. One on disk may name any file of the
    disk, for imagery often lies beside the catalogue; it is read as GeoTIFF or JPEG 2000 and
    as nothing else.

    Args:
        where: The item, for messages.
        href: As it stands in the asset.
        alternate: Other addresses of the same file, by the alternate assets extension.
        base: What relative addresses start from.
        remote: Whether the catalogue came from a server.

    Raises:
        RegionError: There is no address that can be read.
    """
    offered = [href, *(item.get("href") for item in alternate.values() if isinstance(item, dict))]
    for text in filter(None, offered):
        found = _readable(text, base, remote) if isinstance(text, str) else None
        if found is not None:
            return found
    scheme = urlsplit_scheme(href)
    raise RegionError(
        f"{where}: {shown(href)}",
        expected="an asset that can be read by https" + ("" if remote else " or from disk"),
        got=f"one of {scheme}://" if scheme else "a path that leads elsewhere",
        advice="use a catalogue that offers https, or download the files and catalogue them"
        if scheme == "s3"
        else "correct the address in the catalogue",
    )


def _readable(href: str, base: str, remote: bool) -> str | None:
    if not href.isprintable() or "\\" in href or href.startswith("/vsi"):
        return None
    if urlsplit_scheme(href) == "s3":
        bucket, key = urlsplit(href).netloc, urlsplit(href).path
        region = OPEN_BUCKETS.get(bucket)
        return f"https://{bucket}.s3.{region}.amazonaws.com{key}" if region else None
    try:
        href = make_absolute_href(href, base, start_is_dir=False)
    except ValueError:
        return None
    if is_remote(href):
        return href
    if remote or urlsplit_scheme(href) not in ("", "file"):
        return None
    path = str(local_path(href).absolute())
    return None if path.startswith("/vsi") else path


@dataclass
class Signer:
    """Adds a token of the Planetary Computer to the addresses of its storage.

    Args:
        io: Asks for tokens.
        tokens: Where they are given, by account and container.
        host: End of the host names that need one.
    """

    io: CatalogueIO
    tokens: str = TOKENS
    host: str = SIGNED_HOSTS
    _known: dict[str, tuple[float, str]] = field(default_factory=dict)

    def __call__(self, href: str) -> str:
        """The same address with a token that is valid now.

        Raises:
            RegionError: No token is given.
        """
        parts = urlsplit(href)
        host = parts.hostname or ""
        if not is_remote(href) or not host.endswith(self.host):
            return href
        name = f"{host.partition('.')[0]}/{parts.path.lstrip('/').partition('/')[0]}"
        since, token = self._known.get(name, (0.0, ""))
        if not token or time.monotonic() - since > _TOKEN_SECONDS:
            token = str(self.io.read_json(self.tokens + name).get("token", ""))
            self._known[name] = (time.monotonic(), token)
        return f"{href.partition('?')[0]}?{token}"


__all__ = ["Signer", "place_of"]
