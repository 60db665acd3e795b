"""How much the kernels of a network have grown, and how hard they are pulled."""

from __future__ import annotations

from cropcore.explain.learning import Inside, norms, norms_csv
from dashboard.charts.learning_weights import norms_chart
from dashboard.i18n import t
from dashboard.widgets.learning.curves import show_chart
from dashboard.widgets.text import plain


def show_norms(inside: Inside, epoch: int) -> None:
    """Length of each layer's kernels and of their gradient over the epochs.

    Args:
        inside: The snapshots.
        epoch: One that was looked at.
    """
    found = norms(inside)
    if not found.layers:
        return
    at = inside.epochs.index(epoch)
    most = int(found.gradients[at].argmax())
    text = t(
        "learning.inside.norms.alt",
        epoch=epoch, layer=plain(found.layers[most]), value=f"{found.gradients[at, most]:.2g}",
    )  # fmt: skip
    side = inside.stored.record.side
    where = "patch" if side else "series"
    samples = len(inside.labels)
    text += " " + t(f"learning.inside.norms.{where}", samples=samples, side=side)
    show_chart(
        t("learning.inside.norms"),
        norms_chart(found, inside.epochs, epoch, t),
        "inside_norms",
        text,
        ("learning.inside.norms.csv", "norms"),
        lambda: norms_csv(inside, found),
    )


__all__ = ["show_norms"]
