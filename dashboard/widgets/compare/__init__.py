"""Widgets of the page that compares two runs."""
