"""Exported runs taken apart and put together again, honestly or not."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest

from cropcore.errors import CropcoreError
from cropcore.training.exchange import import_run


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def listed(files):
    """The manifest that truthfully lists these files."""
    records = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
        if name != "manifest.json"
    }
    return json.dumps({"format": 1, "cropcore": "0", "run": "x", "files": records}).encode()


def rewrite(source, target, changes=None, extra=(), *, honest=True, method=zipfile.ZIP_STORED):
    """The zip with other contents (``None`` removes); checksums made to fit where ``honest``."""
    files = {**contents(source), **(changes or {})}
    files = {name: data for name, data in files.items() if data is not None}
    if honest and "manifest.json" in files and "manifest.json" not in (changes or {}):
        files["manifest.json"] = listed(files)
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for info, data in extra:
            archive.writestr(info, data)
    return target


def changed_json(source, name, change):
    content = json.loads(contents(source)[name])
    change(content)
    return {name: json.dumps(content).encode()}


def refused(path, workspace, message, **others):
    """The import ends in one sentence that holds the message, and leaves nothing behind."""
    with pytest.raises(CropcoreError, match=message) as caught:
        import_run(path, workspace, **others)
    text = str(caught.value)
    assert path.name in text
    assert ".import-" not in text, "no name of the hidden folder"
    assert text.endswith(".")
    assert text.isprintable()
    assert not workspace.exists()
    return text


def zipped(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def npz(**arrays):
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()
