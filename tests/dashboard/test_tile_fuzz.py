"""No address of a tile, however odd, breaks the server or brings a file out of its folder."""

from dataclasses import dataclass

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as some
from starlette.applications import Starlette

from dashboard.tiles.routes import tile_routes
from tests.dashboard.building import REGION

pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
SECRET = b"7f1e-what-nobody-may-read-90ab"
PNG = b"\x89PNG\r\n\x1a\n"
CLIMBING = (
    "..", "../..", "../../../secret.txt", "..\\..\\secret.txt", "%2e%2e", "..%2f..%2fsecret.txt",
    "%252e%252e%252fsecret.txt", "..;/secret.txt", "....//secret.txt", "%c0%ae%c0%ae",
    "/etc/passwd", "file:///etc/passwd", "/vsicurl/http://127.0.0.1/x", "C:\\secret.txt", ".", "~",
    "secret.txt", "good/../../secret.txt", "run.json", "maps", "%00", "good\0", "\0", "good ",
    " good", "GOOD", "g\u043e\u043ed", "good.", "*", "{run}", "good/", "\u202e", "\ud800",
    "x" * 20_000,
)  # fmt: skip
NO_NUMBERS = (
    "-1", "+1", "1.0", "1e1", "0x1", "1_0", "²", "٣", "１４", "∞", "nan", "NaN", "true", " 1", "1 ",
    "1\n", "9" * 9, "9" * 20_000, "--1", "1,2", "1/1", "",
)  # fmt: skip
NO_DATES = (
    "2021-13-01", "2021-02-30", "0000-00-00", "9999-99-99", "1999-01-01", "2021-3-5", "2021-W10-5",
    "2021-03-05T00:00", "today", "-2021-03-05", "２０２１-03-05",
)  # fmt: skip
NO_CODES = ("a", ",", "1,", "-1", "1;2", "../x", "1234", "²", "1," * 300 + "1", "\0", "%", "&&")
DAY = "2021-03-05"
GOOD = {
    "map": ("tiles", "good", "valley", "class", "14", "8392", "5518.png"),
    "labels": ("region-tiles", REGION, "labels", "14", "8392", "5518.png"),
    "picture": ("region-tiles", REGION, "rgb", DAY, "14", "8392", "5518.png"),
}
SAME = (HealthCheck.function_scoped_fixture,)
"""The routes are the same for every example."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@pytest.fixture
def ask(workspace):
    """Asks the routes as a server does that tidies no path up, unlike every client."""
    for folder in (workspace.parent, workspace, workspace / "runs", workspace / "runs" / "good"):
        (folder / "secret.txt").write_bytes(SECRET)
    app = Starlette(routes=[*tile_routes(), *tile_routes("/below")])

    with start_blocking_portal() as portal:

        def ask(path: str, query: str = "") -> Answer:
            return portal.call(_asked, app, path, query.encode("utf-8", "replace"))

        yield ask
    (workspace / "secret.txt").write_text("nobody's business", encoding="utf-8")


async def _asked(app, path, query):
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "root_path": "", "query_string": query, "headers": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    told = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        told.append(message)

    await app(scope, receive, send)
    return Answer(told[0]["status"], b"".join(item.get("body", b"") for item in told[1:]))


def refused(answer):
    return 400 <= answer.status < 500 and SECRET not in answer.body and PNG not in answer.body


def harmless(answer):
    return refused(answer) or (answer.status == 200 and answer.body.startswith(PNG))


def address(parts):
    return "/" + "/".join(parts)


@pytest.mark.parametrize("name", GOOD)
def test_right_address_is_answered(ask, name):
    """Else refusing all that is wrong would prove nothing."""
    answer = ask(address(GOOD[name]))
    assert answer.status == 200
    assert answer.body.startswith(PNG)


def wrong_at(parts, place, wrong):
    """The address with one part replaced."""
    ending = ".png" if place == len(parts) - 1 else ""
    return address([*parts[:place], wrong + ending, *parts[place + 1 :]])


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("wrong", CLIMBING)
def test_nothing_climbs_out(ask, name, wrong):
    for place in range(1, len(GOOD[name])):
        assert refused(ask(wrong_at(GOOD[name], place, wrong))), place


@pytest.mark.parametrize("wrong", NO_NUMBERS)
def test_no_odd_number_is_taken(ask, wrong):
    for parts in GOOD.values():
        for place in range(len(parts) - 3, len(parts)):
            assert refused(ask(wrong_at(parts, place, wrong))), place


@pytest.mark.parametrize("wrong", NO_DATES)
def test_no_odd_date_is_taken(ask, wrong):
    assert refused(ask(wrong_at(GOOD["picture"], 3, wrong)))


@settings(max_examples=200, suppress_health_check=SAME)
@given(
    name=some.sampled_from(sorted(GOOD)),
    place=some.integers(1, 5),
    wrong=some.text(max_size=40) | some.integers(25).map(str),
    base=some.sampled_from(("", "/below")),
)
def test_one_wrong_part_is_refused(ask, name, place, wrong, base):
    parts = GOOD[name]
    number = place >= len(parts) - 3
    known = wrong in {*parts, "nir", "confidence", "labels"}
    assume(not known and not (number and wrong.isascii() and wrong.isdigit()))
    assert refused(ask(base + wrong_at(parts, place, wrong)))


@settings(max_examples=200, suppress_health_check=SAME)
@given(z=some.integers(0, 10**9), x=some.integers(0, 10**9), y=some.integers(0, 10**9))
@example(z=24, x=2**24, y=0)
@example(z=25, x=0, y=0)
@example(z=0, x=0, y=1)
def test_only_tiles_that_exist_are_drawn(ask, z, x, y):
    there = z <= 24 and x < 2**z and y < 2**z and max(x, y) < 10**8
    answer = ask(address((*GOOD["map"][:4], str(z), str(x), f"{y}.png")))
    assert harmless(answer)
    assert (answer.status == 200) == there


@settings(max_examples=200, suppress_health_check=SAME)
@given(
    rest=some.text(max_size=60)
    | some.lists(some.sampled_from((*CLIMBING, *GOOD["map"], *GOOD["picture"])), max_size=9).map(
        "/".join
    ),
    room=some.sampled_from(("/tiles/", "/region-tiles/", "/below/tiles/")),
)
def test_any_address_is_harmless(ask, rest, room):
    assert harmless(ask(room + rest))


@settings(max_examples=100, suppress_health_check=SAME)
@given(hide=some.sampled_from(NO_CODES) | some.text(max_size=30))
@example(hide="1,2,3")
def test_any_query_is_harmless(ask, hide):
    for name in ("map", "labels"):
        answer = ask(address(GOOD[name]), f"hide={hide}")
        assert harmless(answer)
        if hide in NO_CODES and "&" not in hide:
            assert refused(answer), hide
