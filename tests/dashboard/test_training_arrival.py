"""Runs from elsewhere on the page that trains: uploaded or in a folder, checked, told in words."""

import shutil

from cropcore.training.exchange import export_run
from cropcore.training.exchange.archives import RUN_LIMITS
from cropcore.training.run import Run
from dashboard.app import _OPTIONS
from dashboard.i18n import TABLES
from tests.dashboard.building import REGION
from tests.dashboard.pages import field, open_page, press, words
from tests.zips import rewrite

EN = TABLES["en"]


def upload(app, content, name="given.zip"):
    press(app, "training.load")
    app.file_uploader[0].set_value((name, content, "application/zip")).run()
    press(app, "training.load.go")


def test_an_upload_is_never_larger_than_what_is_believed():
    assert _OPTIONS["server.maxUploadSize"] * 2**20 <= RUN_LIMITS.archive


def test_zip_is_loaded_and_explained(mine, tmp_path):
    packed = export_run(Run(mine / "runs" / "good"), tmp_path / "good.zip").path
    app = open_page("training")
    upload(app, packed.read_bytes(), "../../good.zip")
    assert not app.exception
    assert app.query_params["run"] == "good-2"
    assert "was checked and loaded" in words(app)
    assert "Bands, season and place fit" in words(app).replace("\\", "")
    assert not list(tmp_path.glob("good-2*"))


def test_zip_that_leads_out_is_refused_in_words(mine, tmp_path):
    packed = export_run(Run(mine / "runs" / "good"), tmp_path / "good.zip").path
    evil = rewrite(packed, tmp_path / "evil.zip", extra=[("../../evil.txt", b"boo")])
    app = open_page("training")
    before = sorted(path.name for path in (mine / "runs").iterdir())
    upload(app, evil.read_bytes())
    assert not app.exception
    said = "".join(item.value for item in app.error).replace("\\", "")
    assert "given.zip, entry '../../evil.txt'" in said
    assert "leads out" in said
    assert sorted(path.name for path in (mine / "runs").iterdir()) == before


def test_folder_is_loaded_or_refused_in_words(mine, tmp_path):
    elsewhere = shutil.copytree(mine / "runs" / "forest", tmp_path / "elsewhere")
    app = open_page("training")
    press(app, "training.load")

    def load(path):
        field(app, "training.load.path", "text_input").set_value(str(path))
        [item for item in app.button if item.label == EN["training.load.go"]][-1].click().run()

    for path, message in (
        ("", "whole path"),
        ("../forest", "whole path"),
        (tmp_path / "none", "no folder"),
        (mine / "runs" / "forest", "outside of this workspace"),
        (mine / "regions" / REGION, "outside of this workspace"),
        (tmp_path, "run.json"),
    ):
        load(path)
        assert not app.exception
        assert message in "".join(item.value for item in app.error).replace("\\", ""), path
    load(elsewhere)
    assert app.query_params["run"] == "forest-2"
