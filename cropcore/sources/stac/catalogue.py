"""Finds the items of a request: in files and folders of JSON, on a web server, or by a search API.

A static catalogue is walked by its links; a server that offers ``rel="search"`` is asked by
pystac-client. Whatever comes is data from others: sizes and numbers are bounded, addresses are of
http, https or files, and a catalogue from a server names no files of this machine.
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pystac
from pystac.utils import make_absolute_href
from pystac_client import Client
from pystac_client.exceptions import APIError

from cropcore.errors import RegionError, SettingError
from cropcore.sources.stac.fetching import CatalogueIO, is_remote, local_path, shown
from cropcore.sources.stac.request import StacRequest
from cropcore.sources.stac.scene import CollectionInfo

MOST_ITEMS = 5000
_MOST_DOCUMENTS = 50_000
_ODD = (
    pystac.STACError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What pystac and pystac-client raise on JSON that is no STAC."""


@dataclass(frozen=True)
class RawItem:
    """The JSON of an item and where it came from."""

    content: Mapping[str, Any]
    base: str


@dataclass
class Catalogue:
    """A catalogue that is asked once.

    Args:
        io: Reads its JSON.
        request: What is wanted.
    """

    io: CatalogueIO
    request: StacRequest
    collections: dict[str, CollectionInfo] = field(default_factory=dict)
    """What was learnt about collections on the way."""

    def items(self) -> list[RawItem]:
        """All items of the request, by time and name; place and time are not yet checked.

        Raises:
            RegionError: The catalogue cannot be read, or holds too many items.
            MissingFileError: There is no such file.
            SettingError: A search lacks what it needs.
        """
        source = self._source()
        root = self.io.read_json(source)
        api = _search_root(root, source)
        found = self._walk(root, source) if api is None else self._search(api, root)
        items: dict[tuple[str, str], RawItem] = {}
        for item in found:
            key = (str(item.content.get("collection")), str(item.content.get("id")))
            items.setdefault(key, item)
            if len(items) > MOST_ITEMS:
                raise RegionError(
                    shown(source),
                    expected=f"at most {MOST_ITEMS} items",
                    got="more",
                    advice="ask for less with --collection, --dates and --bbox",
                )
        return [items[key] for key in sorted(items)]

    def _source(self) -> str:
        source = self.request.source
        if is_remote(source):
            return source
        if "://" in source and not source.lower().startswith("file://"):
            raise SettingError(
                "SOURCE",
                expected="an address of http or https, or a path",
                got=shown(source),
                advice="use the https address of the catalogue",
            )
        path = local_path(source).absolute()
        for name in ("catalog.json", "collection.json"):
            if (path / name).is_file():
                path = path / name
        return str(path)

    def _search(self, api: str, given: Mapping[str, Any]) -> Iterator[RawItem]:
        request = self.request
        wanted = request.collections
        if given.get("type") == "Collection":
            wanted = (str(given.get("id")),)
        if not wanted or request.box is None:
            raise SettingError(
                "--bbox" if wanted else "--collection",
                expected="an area (--bbox, --area or --labels)" if wanted else "a collection",
                got="none",
                advice="a search API holds the whole Earth: say which part of it"
                if wanted
                else f"choose one of {self._offered(api)}",
            )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about conformance classes and old versions
                client = Client.open(api, stac_io=self.io)
                client.add_conforms_to("ITEM_SEARCH")
                methods = [
                    str(link.extra_fields.get("method", "")).upper()
                    for link in client.get_links("search")
                ]
                search = client.search(
                    method="GET" if methods and "POST" not in methods and "GET" in methods
                    else "POST",
                    collections=list(wanted),
                    bbox=list(request.box),
                    datetime=None if request.span is None else str(request.span),
                    max_items=MOST_ITEMS + 1,
                    limit=100,
                )  # fmt: skip
                found = [RawItem(item, api) for item in search.items_as_dicts()]
                for name in wanted:
                    self._learn(self.io.read_json(f"{api.rstrip('/')}/collections/{name}"))
        except RegionError:
            raise
        except (*_ODD, APIError) as error:
            raise _no_stac(api, error) from error
        yield from found

    def _offered(self, api: str) -> str:
        found = self.io.read_json(f"{api.rstrip('/')}/collections").get("collections")
        listed = found if isinstance(found, list) else []
        names = [str(item["id"]) for item in listed if isinstance(item, dict) and "id" in item]
        return shown(", ".join(names[:40])) or "those of its documentation"

    def _walk(self, root: Mapping[str, Any], source: str) -> Iterator[RawItem]:
        """Items below a document, each document once."""
        waiting: list[tuple[str, Mapping[str, Any] | None]] = [(source, root)]
        seen = {source}
        while waiting:
            href, content = waiting.pop(0)
            content = self.io.read_json(href) if content is None else content
            kind = content.get("type")
            if kind == "Feature":
                self._learn_of(content, href)
                yield RawItem(content, href)
                continue
            if kind == "FeatureCollection":
                yield from self._features(content, href)
                continue
            if kind not in ("Catalog", "Collection"):
                raise RegionError(
                    shown(href),
                    expected="a STAC catalogue, collection, item or list of items",
                    got=f"JSON of type {str(kind)[:40]!r}",
                    advice="check the address",
                )
            if kind == "Collection":
                self._learn(content)
                if self.request.collections and content.get("id") not in self.request.collections:
                    continue
            for link in _links(content):
                if link.get("rel") not in ("child", "item", "items"):
                    continue
                target = _absolute(link.get("href"), href)
                if target not in seen:
                    seen.add(target)
                    waiting.append((target, None))
            if len(seen) > _MOST_DOCUMENTS:
                raise RegionError(
                    shown(source),
                    expected=f"a catalogue of at most {_MOST_DOCUMENTS} documents",
                    got="more",
                    advice="give the address of a collection within it",
                )

    def _features(self, content: Mapping[str, Any], href: str) -> Iterator[RawItem]:
        features = content.get("features")
        if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
            raise _no_stac(href, TypeError("features is no list of items"))
        if any(link.get("rel") == "next" for link in _links(content)):
            raise RegionError(
                shown(href),
                expected="a whole list of items",
                got="the first page of a longer one",
                advice="give the address of the catalogue, with --collection, --bbox and --dates",
            )
        for feature in features:
            yield RawItem(feature, href)

    def _learn_of(self, item: Mapping[str, Any], href: str) -> None:
        """What the collection of a single item says of itself."""
        if str(item.get("collection")) in self.collections:
            return
        for link in _links(item):
            if link.get("rel") == "collection":
                self._learn(self.io.read_json(_absolute(link.get("href"), href)))

    def _learn(self, content: Mapping[str, Any]) -> None:
        name = content.get("id")
        if isinstance(name, str):
            self.collections[name] = CollectionInfo(
                id=_plain(name),
                title=_plain(content.get("title")),
                licence=_licence(content),
                attribution=_attribution(content),
            )


def _search_root(root: Mapping[str, Any], source: str) -> str | None:
    """Where the search API of a document stands, if it has one."""
    if root.get("type") not in ("Catalog", "Collection"):
        return None
    rels = {str(link.get("rel")): link.get("href") for link in _links(root)}
    conforms = root.get("conformsTo")
    says = isinstance(conforms, list) and any("item-search" in str(text) for text in conforms)
    if root["type"] == "Catalog":
        return source if "search" in rels or says else None
    if is_remote(source) and "items" in rels and not {"item", "child"} & rels.keys():
        return _absolute(rels["root"], source) if rels.get("root") else None
    return None


def _links(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    links = content.get("links")
    return [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []


def _absolute(href: Any, base: str) -> str:
    try:
        if isinstance(href, str) and href and href.isprintable():
            return make_absolute_href(href, base, start_is_dir=False)
    except ValueError as error:
        raise _no_stac(base, error) from error
    raise _no_stac(base, TypeError("a link without an address"))


def _licence(content: Mapping[str, Any]) -> str:
    links = [_plain(link.get("href")) for link in _links(content) if link.get("rel") == "license"]
    return " ".join(filter(None, [_plain(content.get("license")), *links[:1]]))


def _attribution(content: Mapping[str, Any]) -> str:
    providers = content.get("providers")
    listed = providers if isinstance(providers, list) else []
    return ", ".join(
        filter(None, (_plain(one.get("name")) for one in listed if isinstance(one, dict)))
    )


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(char for char in text if char.isprintable())[:300]


def _no_stac(href: str, error: Exception) -> RegionError:
    return RegionError(
        shown(href),
        expected="answers that follow the STAC specification",
        got=f"others ({' '.join(str(error).split())[:120] or type(error).__name__})",
        advice="check the address and the names of the collections",
    )


__all__ = ["MOST_ITEMS", "Catalogue", "RawItem"]
