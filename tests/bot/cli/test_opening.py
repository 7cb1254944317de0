"""A searcher from the settings: which reader answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.opening import open_searcher
from bot.settings import Settings
from index.confidence import load_calibration
from index.crossencoder import CrossEncoderReader
from index.overlap import OverlapReader
from index.trained import TrainedReader
from tests.bot.cli.conftest import Exhibit


@pytest.mark.parametrize(
    ("reader", "kind"),
    [("trained", TrainedReader), ("overlap", OverlapReader), ("none", OverlapReader)],
)
def test_the_reader_that_is_set_reads(case_dir: Path, reader: str, kind: type) -> None:
    """By its word."""
    searcher = open_searcher(Settings.load(reader=reader), case_dir)
    assert type(searcher._reader) is kind


def test_any_other_word_is_a_cross_encoder(case_dir: Path, cross_encoder: Path) -> None:
    """Passages are in the order of its scores, and the first one's is the confidence."""
    searcher = open_searcher(Settings.load(reader=str(cross_encoder)), case_dir)
    assert type(searcher._reader) is CrossEncoderReader
    ranked = searcher.ranked("Where was the red ledger?")
    margins = [each.signals.margin for each in ranked]
    assert len(margins) == len(searcher.generation.passages)
    assert margins == sorted(margins, reverse=True)
    assert searcher.search("Where was the red ledger?").confidence == pytest.approx(ranked[0].score)


def test_a_reader_that_is_not_there_is_a_sentence(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, case_dir: Path, tmp_path: Path
) -> None:
    """Exit code 1, no traceback."""
    (tmp_path / "none").mkdir()
    monkeypatch.setenv("EXHIBIT_READER", str(tmp_path / "none"))
    result = exhibit("ask", "Where was the red ledger?", "--case", case_dir)
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1].startswith(
        f"The model in {tmp_path / 'none'} has no model.safetensors."
    )


@pytest.mark.parametrize(("base", "noticed"), [("", False), ("overlap 0", True)])
def test_what_was_fitted_to_something_else_is_left_out_with_a_notice(
    capsys: pytest.CaptureFixture[str], case_dir: Path, base: str, noticed: bool
) -> None:
    """Not what was set by hand."""
    with (case_dir / "case.toml").open("a") as file:
        file.write(f'[answers]\nquote = 0.99\nbase = "{base}"\n')
    searcher = open_searcher(Settings.load(reader="overlap"), case_dir)
    shipped = load_calibration("overlap")
    assert searcher._calibration == (shipped if noticed else replace(shipped, quote=0.99))
    sentence = (
        "[answers] of case.toml was fitted to another reader or version of Exhibit, so it is left out."
        " Run `exhibit calibrate` again."
    )
    assert (sentence in capsys.readouterr().err.splitlines()) is noticed
