"""The guide says the same in every language, and what it says is so."""

import re
import tomllib
from pathlib import Path

import pytest
import typer.main
from markdown_it import MarkdownIt

from cropcore.cli.main import app
from cropcore.confidence.calibration import N_BINS
from cropcore.cube.plausible import PLAUSIBLE
from cropcore.explain.attribution.integrated_gradients import IntegratedGradients
from cropcore.mapping.raster import CLASS_MAP, CONFIDENCE, PROBABILITIES
from cropcore.models import ARCHITECTURES
from cropcore.sources import SourceOptions, check_source
from cropcore.sources.region.region_toml import SCL_MASKED, RegionDescription
from cropcore.training.record import PRESETS, VARIED, TrainingSettings
from dashboard import guide
from dashboard.guide import SECTIONS, read_section
from dashboard.i18n import translate
from dashboard.main import PAGES
from dashboard.state import LANGUAGES, LAYERS, State
from tests.dashboard.pages import open_page, words

FOLDER = Path(guide.__file__).parent
ROOT = Path(__file__).parents[2]
WORK = re.compile(r"doi:10\.\d{4,}/[^\s\]\x22]+|arXiv:\d{4}\.\d{4,5}|ISBN [\d-]{17}")
QUOTED = {"en": "*{}*", "zh-CN": "“{}”"}
"""How the name of a page is set off."""
BOTH = pytest.mark.parametrize("language", LANGUAGES)


def source(language, name):
    return (FOLDER / language.lower().replace("-", "_") / f"{name}.md").read_text(encoding="utf-8")


def codes(language, name, *kinds):
    return [
        piece.text
        for piece in read_section(language, name).pieces
        if piece.kind == "code" and (not kinds or piece.language in kinds)
    ]


def rows(language, name, first):
    """Rows of tables that begin with what ``first`` matches, cell by cell."""
    table = [line for line in source(language, name).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return [row for row in cells if re.fullmatch(first, row[0])]


@BOTH
def test_every_section_has_its_file(language):
    folder = FOLDER / language.lower().replace("-", "_")
    assert {path.name for path in folder.iterdir()} == {f"{name}.md" for name in SECTIONS}


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("language", [key for key in LANGUAGES if key != "en"])
def test_languages_have_the_same_build(language, name):
    def build(key):
        text = source(key, name)
        marks = r"^(#+ |- |\d\. |\||```\w*)|^(.*)$"
        lines = [found[1] for found in re.finditer(marks, text, re.MULTILINE) if found[1]]
        links = re.findall(r"\]\((\S+)\)", text)
        pieces = [(item.kind, item.language) for item in read_section(key, name).pieces]
        paths = [item.text for item in read_section(key, name).pieces if item.kind == "path"]
        return lines, links, pieces, paths, codes(key, name)

    assert build(language) == build("en")


@BOTH
@pytest.mark.parametrize("name", SECTIONS)
def test_text_is_plain_markdown(language, name):
    text = source(language, name)
    assert text.startswith("# ")
    assert not re.search(r"[<$]|:\w+\[", text), "HTML, formulas and Streamlit's colours"
    for block in MarkdownIt().enable("table").parse(text):
        for token in block.children or ():
            assert token.type != "text" or "*" not in token.content, "an emphasis without end"
    assert all(len(line) <= 300 for line in text.splitlines())


def verbs(group, *before):
    """All commands, those of groups within groups with the names of these before them."""
    for name, item in group.commands.items():
        if hasattr(item, "commands"):
            yield from verbs(item, *before, name)
        else:
            yield " ".join((*before, name))


@BOTH
def test_commands_exist(language):
    top = typer.main.get_command(app)
    listed = "\n".join(code for name in SECTIONS for code in codes(language, name, "sh"))
    seen = set()
    for line in listed.splitlines():
        program, *rest = line.split()
        assert program == "cropcore"
        command, path = top, []
        while hasattr(command, "commands"):
            path.append(rest.pop(0))
            command = command.commands[path[-1]]
        seen.add(" ".join(path))
        options = {option for item in command.params for option in item.opts}
        assert {word for word in rest if word.startswith("--")} <= options, line
        needed = [item for item in command.params if item.required and item.opts[0][0] != "-"]
        given = re.sub(r"--\S+ \S+", "", " ".join(rest)).split()
        assert len(given) >= len(needed), line
    assert seen == set(verbs(top))


@BOTH
def test_region_toml_is_one(language):
    (text,) = codes(language, "data", "toml")
    described = RegionDescription.model_validate(tomllib.loads(text))
    assert described.sources["s2"].mask.values == SCL_MASKED
    tables = (RegionDescription, type(described.sources["s2"]), type(described.labels))
    keys = {key for table in tables for key in table.model_fields}
    named = [name for row in rows(language, "data", "`.+") for name in re.findall(r"\w+", row[0])]
    assert set(named) <= keys
    assert len(named) > 5


@BOTH
def test_samples_table_is_one(language, tmp_path):
    (text,) = codes(language, "data", "csv")
    path = tmp_path / "samples.csv"
    path.write_text(text, encoding="utf-8")
    report = check_source(path, SourceOptions())
    assert report.ok, report.to_text()


@BOTH
def test_numbers_are_those_of_the_code(language):
    usual = TrainingSettings().model_dump()
    for preset, changes in PRESETS.items():
        is_it = usual | dict(changes)
        name = translate(language, f"training.preset.{preset}")
        (row,) = rows(language, "train", rf"{name}\b.*")
        fields = ("epochs", "patience", "samples_per_class")
        assert [cell.replace(",", "") for cell in row[1:]] == [str(is_it[key]) for key in fields]
    assert f" {VARIED['shift_days']:g} " in source(language, "train")
    named = [row[0].strip("`") for row in rows(language, "train", "`.+")]
    assert named == list(ARCHITECTURES)
    files = [row[0].strip("`") for row in rows(language, "map", "`.+")]
    assert files == [CLASS_MAP, CONFIDENCE, PROBABILITIES]
    residual = source(language, "explanations")
    usual = IntegratedGradients()
    share = f"{usual.tolerance:.0%}".replace("%", " %")
    for number in (usual.steps, usual.most_steps, share):
        assert f" {number}" in residual
    assert f"{N_BINS} " in source(language, "confidence")
    for low, high in PLAUSIBLE.values():
        assert f"{low:g}".replace("-", "−") in source(language, "data")
        assert f"{high:g}" in source(language, "data")


@BOTH
def test_screens_are_called_by_their_names(language):
    for page in PAGES[:-1]:
        name = translate(language, f"page.{page.name}")
        assert QUOTED[language].format(name) in source(language, "start")
    for layer in set(LAYERS) - {"agreement"}:
        assert rows(language, "map", re.escape(translate(language, f"layer.{layer}")))


def test_works_named_in_the_code_are_in_the_references():
    cited = {
        work.rstrip(".,;")
        for room in (
            "accuracy",
            "confidence",
            "explain",
            "models",
            "training",
            "sources/simulation",
        )
        for path in (ROOT / "cropcore" / room).rglob("*.py")
        for work in WORK.findall(path.read_text(encoding="utf-8"))
    }
    listed = set(WORK.findall(source("en", "references")))
    assert cited <= {work.rstrip(".,;") for work in listed}


def test_first_section_is_the_usual_one():
    assert State().section == SECTIONS[0]


@BOTH
@pytest.mark.parametrize("name", SECTIONS)
def test_section_is_shown(workspace, language, name):
    app = open_page("guide", section=name, language=language)
    assert not app.exception
    section = read_section(language, name)
    assert section.title in words(app)
    shown = [str(item.value) for item in app.code]
    wanted = {"path": lambda item: str(workspace / item.text), "code": lambda item: item.text}
    assert shown == [wanted[item.kind](item) for item in section.pieces if item.kind in wanted]


def test_contents_and_next_lead_on(workspace):
    app = open_page("guide")
    (button,) = app.button
    app = button.click().run()
    assert app.query_params["section"] == SECTIONS[1]
    app = app.radio[0].set_value(SECTIONS[-1]).run()
    assert not app.exception
    assert app.query_params["section"] == SECTIONS[-1]
    assert not app.button


def test_unknown_section_is_named(workspace):
    app = open_page("guide", section="../../secret")
    assert not app.exception
    assert "secret" in "\n".join(item.value for item in app.warning)
    assert read_section("en", SECTIONS[0]).title in words(app)
