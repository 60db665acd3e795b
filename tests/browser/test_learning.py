"""The page Learning as people meet it."""

from urllib.parse import quote, urlsplit

from playwright.sync_api import expect

from tests.browser.acting import LONG, address
from tests.dashboard.building import HOSTILE, REGION

BUNDLED = "champagne_cnn1d"
HOME = f"/learning?region={quote(REGION)}&run=good"


WITH_INSIDE = 8
"""Charts of a run that was looked into."""


def drawn(page, charts=4):
    """Waits until the charts are there."""
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=LONG)
    expect(page.locator(".js-plotly-plot")).to_have_count(charts, timeout=LONG)


def cells(page):
    """The cells of the table of one epoch."""
    return page.get_by_test_id("stDataFrame").locator("td").all_text_contents()


def test_page_opens_and_nothing_leaves_the_host(page, dashboard):
    page.goto(f"{dashboard}/learning")
    drawn(page, WITH_INSIDE)
    page.get_by_text("When was each class learnt?").wait_for()
    assert address(page)["run"] == BUNDLED
    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(dashboard).netloc}
    assert page.wrong == []


def test_slider_changes_table_and_address(page, dashboard):
    page.goto(f"{dashboard}/learning?run={BUNDLED}")
    drawn(page)
    page.get_by_text("Epoch 1 against").wait_for()
    before = cells(page)
    slider = page.get_by_role("slider", name="Epoch to look at")
    slider.press("ArrowRight")
    page.get_by_text("Epoch 2 against").wait_for(timeout=LONG)
    page.wait_for_function("location.search.includes('epoch=2')", timeout=LONG)
    page.wait_for_timeout(500)
    assert cells(page) != before
    assert page.wrong == []


def test_link_restores_epoch_and_classes(page, dashboard):
    page.goto(f"{dashboard}{HOME}&epoch=3&classes=2,3&language=en")
    drawn(page, WITH_INSIDE)
    page.get_by_text("Epoch 3 against").wait_for(timeout=LONG)
    chosen = page.get_by_test_id("stMultiSelect")
    expect(chosen.get_by_text(HOSTILE)).to_be_visible()
    expect(chosen.get_by_text("Grass")).to_be_visible()
    assert address(page)["classes"] == "2,3"
    expect(page.locator(".js-plotly-plot").get_by_text(HOSTILE).first).to_be_visible()
    assert page.wrong == []


def test_from_trees_to_a_network(page, dashboard):
    page.goto(f"{dashboard}/learning?region={quote(REGION)}&run=forest")
    page.get_by_text("grown without epochs").wait_for(timeout=LONG)
    page.get_by_role("button", name="Show good").click()
    drawn(page, WITH_INSIDE)
    assert address(page)["run"] == "good"
    assert page.wrong == []


def test_slider_moves_the_samples_on_axes_that_stay(page, dashboard):
    page.goto(f"{dashboard}{HOME}&language=en&look=0")
    drawn(page, WITH_INSIDE)
    page.get_by_text("How the samples lie, epoch 0").wait_for(timeout=LONG)

    def scatter():
        """Where the axes end, and where the samples of the first class are."""
        return page.evaluate(
            """() => {
              const all = [...document.querySelectorAll('.js-plotly-plot')];
              const one = all.find(plot => plot.data.every(trace => trace.type === 'scatter')
                                   && plot.layout.xaxis.fixedrange);
              const {xaxis, yaxis} = one.layout;
              return [xaxis.range, yaxis.range, one.calcdata[0].map(point => point.x)];
            }"""
        )

    before = scatter()
    slider = page.get_by_role("slider", name="Epoch looked at")
    slider.press("ArrowRight")
    page.get_by_text("How the samples lie, epoch 1").wait_for(timeout=LONG)
    page.wait_for_function("location.search.includes('look=1')", timeout=LONG)
    page.wait_for_timeout(1000)
    after = scatter()
    assert after[:2] == before[:2]
    assert after[2] != before[2]
    assert page.wrong == []
