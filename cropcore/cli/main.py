"""The entry point: verbs registered, and every outcome turned into an exit code."""

import os

import typer

from cropcore.cli import (
    architectures,
    compare,
    dashboard,
    demo,
    ensemble,
    exchange,
    explain,
    map_region,
    regions,
    selftest,
    train,
    try_out,
)
from cropcore.cli.printing import messages_said, say
from cropcore.errors import CancelledError, CropcoreError, DivergedError

INTERRUPTED = 130

app = typer.Typer(
    help="Crop mapping from Sentinel-1/2 time series with deep learning, made visible.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(regions.app, name="region")
app.add_typer(demo.app, name="demo")
app.command("dashboard")(dashboard.dashboard)
app.command("architectures")(architectures.architectures)
app.command("try")(try_out.try_out)
app.command("train")(train.train)
app.command("evaluate")(train.evaluate)
app.command("map")(map_region.map_region)
app.command("explain")(explain.explain)
app.command("selftest")(selftest.selftest)
app.command("compare")(compare.compare)
app.command("ensemble")(ensemble.ensemble)
app.command("export")(exchange.export_zip)
app.command("import")(exchange.import_zip)


def run() -> int:
    """Run the command line and return its exit code; foreseen failures end in one sentence."""
    try:
        code = app(standalone_mode=False)
    except CancelledError as error:
        say(str(error))
        return INTERRUPTED
    except CropcoreError as error:
        say(str(error))
        return 1 if isinstance(error, DivergedError) else 2
    except typer.TyperException as error:
        say(f"{error.format_message().rstrip('.')}; see cropcore --help.")
        return 2
    except (KeyboardInterrupt, typer.Abort):
        say("Interrupted.")
        return INTERRUPTED
    except OSError as error:
        say(
            f"{error.filename or 'The disk'}: {error.strerror or error}; check the path, its "
            "permissions and the free space."
        )
        return 2
    except Exception as error:  # the last place to keep a traceback from people
        if os.environ.get("CROPCORE_DEBUG"):
            raise
        say(f"Unforeseen {type(error).__name__}: {error} (CROPCORE_DEBUG=1 shows where).")
        return 1
    if code == INTERRUPTED and not messages_said():
        say("Interrupted.")
    return code if isinstance(code, int) else 0


__all__ = ["app", "run"]
