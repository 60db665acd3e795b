"""How fast a click is answered. Prints; run it as ``python -m tests.explain.speed``.

Per bundled run of pixels, with everything traced and warm: class and calibrated probability,
saliency and integrated gradients of one pixel (50th and 95th percentile of the time they take
together), the 64 steps of integrated gradients at once against one by one, and the gradient of
10,000 pixels. The pixels are simulated; times are of this machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import numpy as np

from cropcore.explain import Question, explainer_of
from cropcore.explain.attribution import Target
from cropcore.explain.known import known_samples
from cropcore.prediction import Surroundings
from tests.explain.conftest import BUNDLED, bundled

CLICKS, MANY = 40, 10_000


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    begin = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begin)


def report(name: str) -> str:
    """One row of the table."""
    run = bundled(name)
    known, explainer = known_samples(run).samples, explainer_of(run)
    network = explainer.default_method == "integrated_gradients"
    methods = ("saliency", "integrated_gradients") if network else ("occlusion_cell",)

    calendar = explainer.data.preparation.calendar
    first = date(2023, calendar.month, calendar.day)
    steps: list[int] = []

    def click(at: int) -> None:
        series = known.series[at]
        seen = Surroundings.alone(series)
        seen.probabilities(explainer.predictor)
        for method in methods:
            found = explainer.explain(seen, first, Question(method))
        steps.append(found.attribution.steps or 0)

    chosen = np.linspace(0, len(known) - 1, CLICKS).astype(int).tolist()
    for at in chosen[:5]:
        click(at)
    steps.clear()
    times = [timed(lambda at=at: click(at)) for at in chosen]
    row = f"{name:14} {np.percentile(times, 50):7.0f} {np.percentile(times, 95):7.0f}"
    row += f" {int(np.median(steps)):5} {max(steps):5}"
    if hasattr(explainer, "traced") and explainer.traced is not None:
        score = explainer.score(Target(0))
        path = np.repeat(known.series[:1], 64, axis=0)
        together = min(timed(lambda: score.gradient(path)) for _ in range(5))
        apart = min(timed(lambda: [score.gradient(path[at : at + 1]) for at in range(64)])
                    for _ in range(3))  # fmt: skip
        many = np.resize(known.series, (MANY, *known.series.shape[1:]))
        row += f" {apart / together:8.0f} x {timed(lambda: score.gradient(many)) / 1000:8.1f}"
    return row


if __name__ == "__main__":
    names = sorted(folder.name for folder in (BUNDLED / "runs").iterdir() if folder.is_dir())
    print("run            p50 ms  p95 ms  IG steps  max   IG-64 gain  10,000 gradients s")
    for name in (found.removeprefix("champagne_") for found in names):
        if bundled(name).record.request.described().sample == "pixel":
            print(report(name), flush=True)
