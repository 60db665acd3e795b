"""Words of the guide; its text stands in ``dashboard/guide``."""

WORDS = {
    "guide.contents": "Contents",
    "guide.next": "Next: {title}",
}
