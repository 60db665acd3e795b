"""The dashboard: what the library can do, on screen.

One way in: ``cropcore dashboard``. Rooms, each importing only from those before it::

    catalog → opened, pixel → tiles, maps, charts → state → i18n, cache → widgets → main → app

A new page is one file in ``pages/`` and one line in the table of :mod:`dashboard.main`.
"""
