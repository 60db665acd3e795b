"""``python -m cropcore`` is the same as ``cropcore``."""

from cropcore.cli import main

main()
