"""The ``cropcore`` command: thin verbs over the library, a file each.

Results go to stdout, progress and messages to stderr. Exit codes: 0 done, 2 unusable input (one
sentence), 1 anything unforeseen, 130 interrupted.
"""

import sys

from cropcore.garbage import collect_rarely


def main() -> None:
    """Run the command line; interrupted at any moment it ends in silence, code 130."""
    collect_rarely()
    try:
        from cropcore.cli.main import run

        code = run()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


__all__ = ["main"]
