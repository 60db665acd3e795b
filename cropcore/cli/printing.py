"""What people and scripts get to see."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cropcore.training.doubting import Doubts

messages = Console(stderr=True, highlight=False, soft_wrap=True)
results = Console(highlight=False, soft_wrap=True)
_SUSPECTS_SHOWN = 20
_said: list[str] = []


def say(text: str) -> None:
    """Print one message to stderr; names in it are data, not markup."""
    _said.append(text)
    messages.print(Text(text))


def messages_said() -> bool:
    """Whether anything was said to people."""
    return bool(_said)


def print_json(content: object) -> None:
    """Print one JSON document to stdout."""
    print(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


def print_metrics(metrics: Mapping[str, Any]) -> None:
    """Print how well a run does: what on, how sure, class by class."""
    by = f" (by {metrics['grouped_by']})" if metrics.get("grouped_by") else ""
    results.print(
        Text(
            f"{metrics['measures'].capitalize()}; {metrics['split']}: {metrics['n']:,} samples in "
            f"{metrics['test_groups']:,} groups{by}; intervals are 95 %, by bootstrap over groups"
        )
    )
    table = Table("measure", "value", "95 % interval", "sd over folds")
    for key, name in (("overall_accuracy", "overall accuracy"), ("macro_f1", "macro F1")):
        low, high = metrics["ci95"][key]
        spread = metrics.get("spread", {}).get(key)
        sd = "" if spread is None else f"{spread:.3f}"
        table.add_row(name, f"{metrics[key]:.3f}", f"{low:.3f} – {high:.3f}", sd)
    table.add_row("kappa", f"{metrics['kappa']:.3f}", "", "")
    table.add_row("calibration error (ECE)", f"{metrics['ece']:.3f}", "", "")
    baseline = metrics.get("baseline")
    if baseline:
        above = baseline["run_above"]["macro_f1"]
        low, high = above["ci95"]
        table.add_row(
            "random forest, macro F1",
            f"{baseline['macro_f1']:.3f}",
            f"run is {above['difference']:+.3f} ({low:+.3f} – {high:+.3f})",
            f"{baseline['spread']['macro_f1']:.3f}" if "spread" in baseline else "",
        )
    results.print(table)
    classes = Table("code", "class", "precision", "recall", "F1", "samples")
    for row in metrics["per_class"]:
        scores = (f"{row[key]:.3f}" for key in ("precision", "recall", "f1"))
        classes.add_row(str(row["code"]), Text(row["name"]), *scores, f"{row['support']:,}")
    results.print(classes)
    for note in metrics["notes"]:
        say(f"Note: {note}")


def print_suspects(doubts: Doubts) -> None:
    """Print the labels that are likely wrong, the worst first, as far as a screen goes."""
    what, found = "parcels" if doubts.parcels else "samples", doubts.suspects
    among = "all" if doubts.complete else "those kept for testing; --folds asks of all"
    if not found:
        results.print(f"None of {doubts.of:,} {what} ({among}) has a label that looks wrong.")
        return
    columns = ["parcel", "pixels"] if doubts.parcels else ["sample", "group"]
    table = Table(*columns, "label", "probability", "rather", "probability")
    for item in found[:_SUSPECTS_SHOWN]:
        second = f"{len(item.samples):,}" if doubts.parcels else item.group
        table.add_row(
            Text(item.id),
            Text(second),
            Text(item.label.name),
            f"{item.p_label:.3f}",
            Text(item.suggested.name),
            f"{item.p_suggested:.3f}",
        )
    results.print(table)
    more = f", the first {_SUSPECTS_SHOWN} of them here (--json has all)"
    results.print(
        f"{len(found):,} of {doubts.of:,} {what} ({among}) have labels that look wrong by "
        f"confident learning{more if len(found) > _SUSPECTS_SHOWN else ''}. That is a question, "
        "not an error proven: look at them again, the model may be mistaken."
    )


@contextmanager
def tensorflow() -> Iterator[None]:
    """Import TensorFlow inside this: it takes seconds and talks to stderr while it loads."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules:
        yield
        return
    with messages.status("loading TensorFlow"):
        sys.stderr.flush()
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            import tensorflow

            tensorflow.get_logger().setLevel("ERROR")
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


__all__ = [
    "messages",
    "messages_said",
    "print_json",
    "print_metrics",
    "print_suspects",
    "results",
    "say",
    "tensorflow",
]
