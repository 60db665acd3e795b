"""The page Learning as people meet it."""

from urllib.parse import quote, urlsplit

from playwright.sync_api import expect

from tests.browser.acting import LONG
from tests.dashboard.building import HOSTILE, REGION

BUNDLED = "champagne_cnn1d"
HOME = f"/learning?region={quote(REGION)}&run=good"
CHARTS = 9
"""Of a run that was looked into."""


def drawn(page):
    """Waits until all charts are there."""
    expect(page.locator(".js-plotly-plot")).to_have_count(CHARTS, timeout=LONG)
    for at in range(CHARTS):
        plot = page.locator(".js-plotly-plot").nth(at)
        expect(plot.locator(".main-svg").first).to_be_attached(timeout=LONG)


def asked_for(page, name, value):
    """Waits until something stands in the address."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
        timeout=LONG,
    )


SCATTER = """() => {
  const all = [...document.querySelectorAll('.js-plotly-plot')];
  const one = all.find(plot => plot.data && plot.layout.xaxis.fixedrange && plot.calcdata
                       && plot.data.every(trace => trace.type === 'scatter'));
  if (!one) return null;
  const {xaxis, yaxis} = one.layout;
  return [xaxis.range, yaxis.range, one.calcdata[0].map(point => point.x)];
}"""
"""Where the axes of the samples end, and where those of the first class are."""


def test_page_opens_and_nothing_leaves_the_host(page, dashboard):
    page.goto(f"{dashboard}/learning")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=LONG)
    page.get_by_text("When was each class learnt?").wait_for(timeout=LONG)
    page.wait_for_function("location.search.includes('run=champagne_')", timeout=LONG)
    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(dashboard).netloc}
    assert page.wrong == []


def test_slider_changes_table_and_address(page, dashboard):
    page.goto(f"{dashboard}/learning?run={BUNDLED}&language=en")
    page.get_by_text("Epoch 1 against").wait_for(timeout=LONG)
    cells = page.get_by_test_id("stDataFrame").locator("td")
    expect(cells).not_to_have_count(0, timeout=LONG)
    before = cells.all_text_contents()
    page.get_by_role("slider", name="Epoch to look at").press("ArrowRight")
    page.get_by_text("Epoch 2 against").wait_for(timeout=LONG)
    asked_for(page, "epoch", "2")
    expect(cells).not_to_have_text(before, timeout=LONG)
    assert page.wrong == []


def test_link_restores_epoch_and_classes(page, dashboard):
    page.goto(f"{dashboard}{HOME}&epoch=3&classes=2,3&language=en")
    drawn(page)
    page.get_by_text("Epoch 3 against").wait_for(timeout=LONG)
    chosen = page.get_by_test_id("stMultiSelect")
    expect(chosen.get_by_text(HOSTILE)).to_be_visible(timeout=LONG)
    expect(chosen.get_by_text("Grass")).to_be_visible(timeout=LONG)
    asked_for(page, "classes", "2,3")
    named = page.locator(".js-plotly-plot").get_by_text(HOSTILE).first
    expect(named).to_be_visible(timeout=LONG)
    assert page.wrong == []


def test_from_trees_to_a_network(page, dashboard):
    page.goto(f"{dashboard}/learning?region={quote(REGION)}&run=forest")
    page.get_by_text("grown without epochs").wait_for(timeout=LONG)
    page.get_by_role("button", name="Show good").click()
    drawn(page)
    asked_for(page, "run", "good")
    assert page.wrong == []


def test_slider_moves_the_samples_on_axes_that_stay(page, dashboard):
    page.goto(f"{dashboard}{HOME}&language=en&look=0")
    drawn(page)
    page.get_by_text("How the samples lie, epoch 0").wait_for(timeout=LONG)

    page.wait_for_function(f"() => ({SCATTER})() !== null", timeout=LONG)
    before = page.evaluate(SCATTER)
    page.get_by_role("slider", name="Epoch looked at").press("ArrowRight")
    page.get_by_text("How the samples lie, epoch 1").wait_for(timeout=LONG)
    asked_for(page, "look", "1")
    page.wait_for_function(
        f"before => {{ const now = ({SCATTER})(); return now && `${{now[2]}}` !== before; }}",
        arg=",".join(map(str, before[2])),
        timeout=LONG,
    )
    assert page.evaluate(SCATTER)[:2] == before[:2]
    assert page.wrong == []
