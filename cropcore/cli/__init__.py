"""The ``cropcore`` command: thin verbs over the library, a file each.

Results go to stdout, progress and messages to stderr. Exit codes: 0 done, 2 unusable input (one
sentence), 1 anything unforeseen, 130 interrupted.
"""

from cropcore.cli.main import main

__all__ = ["main"]
