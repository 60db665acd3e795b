"""Words of the guide; its text stands in ``dashboard/guide``."""

WORDS = {
    "guide.contents": "目录",
    "guide.next": "下一节：{title}",
}
