"""`exhibit calibrate`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from corpus.case_file import answers_toml, read_case_file
from corpus.library import DEFAULT_CASE, load_case
from corpus.models import CaseCalibration
from index.confidence import Calibration, load_calibration
from index.evaluation import Verdict
from index.opening import open_index
from index.overlap import OverlapReader
from index.rescaling import Fit, Rescaling, fit
from index.searcher import Searcher
from index.store import Store
from tests.bot.cli.conftest import Exhibit
from tests.conftest import CountingEncoder

THINGS = "anchor barrel candle drum envelope flute glove hammer inkwell jar kettle lantern".split()
PLACES = "attic bakery cellar dock engine fountain gate harbour island jetty kitchen library".split()
NEAR = "Figures are of questions"
NO_TEST = "Once it is in use, `exhibit eval` on these questions is no test: it was fitted to them."


def row(name: str, question: str, *gold: str) -> dict[str, Any]:
    """A question as its file has it."""
    return {"id": name, "question": question, "answerable": bool(gold), "gold": list(gold)}


RIGHT = [
    row(thing, f"Where did the officer find the {thing}?", f"The {thing} was found in the {place}.")
    for thing, place in zip(THINGS, PLACES, strict=True)
]
ALIKE = [
    row(f"alike {thing}", f"Where did the officer find the {thing}?", f"Mr Green sold that {thing}.")
    for thing in THINGS[::3]
]
WRONG = [
    row(f"not {place}", f"Who painted the {place}?", f"Mr Green painted the {place}.") for place in PLACES[:6]
]
UNKNOWN = [row(f"no {place}", f"Did Napoleon's admiral burn any {place}?") for place in PLACES[6:]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A case in which twelve things were found in twelve places."""
    root = tmp_path / "found"
    (root / "documents").mkdir(parents=True)
    exchanges = [
        f"Ms Lovelace: Where did the officer find the {thing}?\n\nJane Hopper: The {thing} was found in the {place}.\n"
        for thing, place in zip(THINGS, PLACES, strict=True)
    ]
    (root / "documents" / "hearing.txt").write_text("\n".join(exchanges), encoding="utf-8")
    (root / "case.toml").write_text('title = "Found" # and lost\n', encoding="utf-8")
    return root


@pytest.fixture
def encoder() -> CountingEncoder:
    """Knows the things and the places."""
    return CountingEncoder([*THINGS, *PLACES, "officer", "find", "found"])


@pytest.fixture(autouse=True)
def notices(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoder: CountingEncoder) -> list[str]:
    """What is said while an index is opened. Has the commands open the case that is named, without loading a model."""

    said: list[str] = []

    def open_searcher(_settings: Settings, root: Path, calibration: Calibration | None = None) -> Searcher:
        generation = open_index(root, Store(tmp_path / "data", root), encoder, said.append)
        return Searcher(generation, encoder, OverlapReader(encoder), calibration)

    monkeypatch.setenv("EXHIBIT_READER", "overlap")
    for command in ("asking", "calibrating", "evaluating"):
        monkeypatch.setattr(f"bot.cli.{command}.open_searcher", open_searcher)
    return said


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Twelve that are answered, four that look like them and are not, and eight that look different."""
    return asked(tmp_path, *RIGHT, *ALIKE, *WRONG[:2], *UNKNOWN)


def asked(folder: Path, *rows: dict[str, Any]) -> Path:
    """A file of questions."""
    path = folder / "questions.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in rows), encoding="utf-8")
    return path


FIGURES = ["ece", "brier", "quote_precision", "coverage", "quotes"]


def test_shows_what_would_change(exhibit: Exhibit, questions: Path, root: Path) -> None:
    """Figures as it ships and fitted, and what case.toml should say; nothing is written."""
    before = (root / "case.toml").read_bytes()
    found = exhibit("calibrate", questions, "--case", root, "--precision", "0.7", "--json").json
    stated = CaseCalibration(**found["answers"])
    shown = exhibit("calibrate", questions, "--case", root, "--precision", "0.7")
    assert shown.code == 0
    figures, how, toml = shown.out.rstrip().split("\n\n")
    rows = [line.split() for line in figures.splitlines()[1:]]
    assert [cells[0] for cells in rows] == FIGURES == list(found["shipped"])
    for name, shipped, fitted in rows:
        assert float(shipped) == pytest.approx(found["shipped"][name], abs=5e-4)
        assert float(fitted) == pytest.approx(found["rescaled"][name], abs=5e-4)
    assert how.startswith("Nothing is judged on what it was fitted to: the questions are cut into 5 parts,")
    assert f"{toml}\n" == answers_toml(stated)
    assert shown.err.splitlines() == [
        "Nothing is changed yet: use --write, or put [answers] into case.toml yourself.",
        NO_TEST,
    ]
    assert (root / "case.toml").read_bytes() == before


def test_makes_too_sure_a_confidence_less_sure(exhibit: Exhibit, questions: Path, root: Path) -> None:
    """Of sixteen answers that look alike, four are wrong: the twelve are given still, less surely."""
    found = exhibit("calibrate", questions, "--case", root, "--precision", "0.7", "--json").json
    assert (found["rescales"], found["written"]) == (True, None)
    assert found["shipped"]["quotes"] == 16
    assert found["rescaled"]["brier"] < found["shipped"]["brier"]
    assert found["rescaled"]["ece"] < found["shipped"]["ece"]
    stated, shipped = found["answers"], load_calibration("overlap")
    assert stated["base"] == shipped.base("overlap")
    moved = Rescaling(stated["scale"], stated["shift"])
    assert stated["nearest"] == pytest.approx(moved.one(shipped.nearest), abs=1e-4)
    assert moved.one(0.95) < 0.9


def test_written_it_is_in_use_without_a_new_index(
    exhibit: Exhibit, questions: Path, root: Path, notices: list[str]
) -> None:
    """The next question is answered by it; the rest of case.toml is left alone."""
    question = "Where did the officer find the drum?"
    before = exhibit("ask", question, "--case", root, "--json").json
    notices.clear()
    result = exhibit("calibrate", questions, "--case", root, "--precision", "0.7", "--write", "--json")
    path = root / "case.toml"
    assert result.json["written"] == str(path)
    assert result.err.splitlines() == [
        f"This is in {path} now; a bot that is running takes it up when it is started again.",
        NO_TEST,
    ]
    stated = read_case_file(path).answers.calibration()
    assert stated == CaseCalibration(**result.json["answers"])
    assert path.read_text() == f'title = "Found" # and lost\n\n{answers_toml(stated)}'
    after = exhibit("ask", question, "--case", root, "--json").json
    sure = Rescaling(stated.scale, stated.shift).one(before["confidence"])
    assert after["confidence"] == pytest.approx(sure, abs=2e-4)
    assert (before["outcome"], after["outcome"]) == ("quote", "quote")
    assert notices == []


def test_fitting_again_changes_nothing(exhibit: Exhibit, questions: Path, root: Path) -> None:
    """What is fitted is fitted to what ships, whatever the case states already."""
    arguments = ("calibrate", questions, "--case", root, "--precision", "0.7", "--write", "--json")
    first = exhibit(*arguments).json
    assert exhibit(*arguments).json == first


def test_leaves_a_good_confidence_alone(exhibit: Exhibit, tmp_path: Path, root: Path) -> None:
    """And says so; only the threshold is moved, to the least of what answered."""
    path = asked(tmp_path, *RIGHT, *WRONG, *UNKNOWN)
    shown = exhibit("calibrate", path, "--case", root)
    assert (
        "\nConfidence stays as it ships, since moving it brought it no nearer to what came of " in shown.out
    )
    found = exhibit("calibrate", path, "--case", root, "--json").json
    assert found["rescales"] is False
    assert [found["answers"][name] for name in ("nearest", "scale", "shift")] == [0.02, 1.0, 0.0]
    measured = exhibit("eval", path, "--case", root, "--json").json["results"]
    least = min(each["confidence"] for each in measured if each["hit"])
    assert 0 <= least - found["answers"]["quote"] < 1e-3
    assert all(each["confidence"] < found["answers"]["quote"] for each in measured if not each["hit"])


def test_keeps_what_a_case_says_of_the_nearest(exhibit: Exhibit, tmp_path: Path, root: Path) -> None:
    """What is shown by hand of it is shown still."""
    (root / "case.toml").write_text("[answers]\nnearest = 0.1\n")
    found = exhibit("calibrate", asked(tmp_path, *RIGHT, *WRONG, *UNKNOWN), "--case", root, "--json").json
    assert found["answers"]["nearest"] == 0.1


def test_a_bare_folder_gets_a_case_file(exhibit: Exhibit, questions: Path, root: Path) -> None:
    """Which says nothing else; the folder stays the same case."""
    folder = root / "documents"
    result = exhibit("calibrate", questions, "--case", folder, "--precision", "0.7", "--write", "--json")
    stated = CaseCalibration(**result.json["answers"])
    assert (folder / "case.toml").read_text() == answers_toml(stated)
    assert load_case(folder).calibration == stated
    assert [document.path for document in load_case(folder)] == ["hearing.txt"]


def test_the_share_of_questions_with_an_answer_is_weighed(
    exhibit: Exhibit, questions: Path, root: Path
) -> None:
    """The less often the record answers what people ask, the less often they get a quote."""
    shares = [
        exhibit(
            "calibrate", questions, "--case", root, "--precision", "0.7", "--answerable", share, "--json"
        ).json
        for share in ("0.5", "0.9")
    ]
    coverage = [each["shipped"]["coverage"] for each in shares]
    assert coverage == [pytest.approx(0.5 * 16 / 18), pytest.approx(0.9 * 16 / 18)]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([*WRONG, *UNKNOWN], "0 of the first quotes answer and 12 do not, and 10 of each are needed"),
        ([*RIGHT, *UNKNOWN], "12 of the first quotes answer and 6 do not, and 10 of each are needed"),
        ([*RIGHT, *ALIKE, *UNKNOWN], "Of the surest answers to these questions, less than 99% are right"),
    ],
)
def test_what_cannot_be_fitted_is_not_written(
    exhibit: Exhibit, tmp_path: Path, root: Path, rows: list[dict[str, Any]], sentence: str
) -> None:
    """With the reason; the case stays what it was."""
    before = (root / "case.toml").read_bytes()
    arguments = ("--case", root, "--precision", "0.99", "--write")
    result = exhibit("calibrate", asked(tmp_path, *rows), *arguments)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(sentence)
    assert (root / "case.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("reached", "shipped", "code", "sentence"),
    [
        (
            0.6,
            0.8,
            1,
            "On questions that were not fitted to, 60% of the quotes answer, and 80% as it ships. So few questions cannot tell where to put the threshold; add some.",
        ),
        (
            None,
            0.8,
            1,
            "On questions that were not fitted to, none of the quotes answer, and 80% as it ships. So few questions cannot tell where to put the threshold; add some.",
        ),
        (0.6, 0.6, 0, "On questions that were not fitted to, 60% of the quotes answer, not 70%."),
        (0.7, 0.8, 0, NO_TEST),
    ],
)
def test_what_only_seems_to_help_is_not_written(
    exhibit: Exhibit,
    questions: Path,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    reached: float | None,
    shipped: float,
    code: int,
    sentence: str,
) -> None:
    """Where quotes are worse on questions left out, and worse than was asked for; the figures show it."""

    def as_measured(verdicts: Sequence[Verdict], quote: float, precision: float, share: float) -> Fit:
        found = fit(verdicts, quote, precision, share)
        return replace(
            found,
            shipped=replace(found.shipped, quote_precision=shipped),
            rescaled=replace(found.rescaled, quote_precision=reached),
        )

    monkeypatch.setattr("bot.cli.calibrating.fit", as_measured)
    before = (root / "case.toml").read_bytes()
    result = exhibit("calibrate", questions, "--case", root, "--precision", "0.7", "--write")
    assert result.code == code
    assert sentence in result.err.splitlines()
    assert result.out.startswith("figure")
    assert ((root / "case.toml").read_bytes() == before) is bool(code)


def test_questions_without_gold_are_refused_before_anything_is_loaded(
    exhibit: Exhibit, tmp_path: Path, root: Path
) -> None:
    """An answer to them cannot be judged."""
    result = exhibit("calibrate", asked(tmp_path, *UNKNOWN), "--case", root)
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "None of these questions has a gold quote, so no answer can be judged. `exhibit eval --help` says how to"
        " give them.\n"
    )
    assert not (tmp_path / "data").exists()


def test_the_case_that_ships_is_not_written_to(exhibit: Exhibit, questions: Path) -> None:
    """It belongs to the installation."""
    before = (DEFAULT_CASE / "case.toml").read_bytes()
    result = exhibit("calibrate", questions, "--write")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "The case that ships is not written to. Copy its folder, and name that with --case.\n"
    )
    assert (DEFAULT_CASE / "case.toml").read_bytes() == before
