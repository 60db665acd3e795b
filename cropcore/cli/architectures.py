"""``cropcore architectures``."""

from rich.table import Table

from cropcore.cli.options import AsJson
from cropcore.cli.printing import print_json, results
from cropcore.models import ARCHITECTURES


def architectures(as_json: AsJson = False) -> None:
    """List the architectures and their hyperparameters."""
    rows = [
        {
            "name": name,
            "title": described.title,
            "sample": described.sample,
            "kind": described.kind,
            "reference": described.reference,
            "hyperparameters": {
                key: {"default": field.default, "description": field.description}
                for key, field in described.model_fields.items()
            },
        }
        for name, described in ARCHITECTURES.items()
    ]
    if as_json:
        print_json(rows)
        return
    table = Table("name", "architecture", "sample")
    for title in ("hyperparameters", "reference"):
        table.add_column(title, overflow="fold")
    for name, described in ARCHITECTURES.items():
        fields = described.model_fields.items()
        settings = ", ".join(f"{key}={field.default}" for key, field in fields)
        table.add_row(name, described.title, described.sample, settings, described.reference)
    results.print(table)
