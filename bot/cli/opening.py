"""Puts a searcher together from the settings."""

from __future__ import annotations

from pathlib import Path

from bot.cli.output import encoding_bar, notice
from bot.settings import Settings
from corpus.case_file import NAME
from index.confidence import Calibration, load_calibration
from index.crossencoder import CrossEncoderReader
from index.encoder import SentenceEncoder
from index.generation import Generation
from index.opening import open_index
from index.overlap import OverlapReader
from index.reader import Reader
from index.searcher import Searcher
from index.store import Store
from index.trained import TrainedReader


def open_searcher(settings: Settings, root: Path, calibration: Calibration | None = None) -> Searcher:
    """A searcher over the index of a case, which is built first where it has to be.

    Args:
        calibration: as `Searcher` takes it.

    Raises:
        ExhibitError: if the case, the model or the index cannot be used.
    """
    encoder = SentenceEncoder(settings.model, settings.threads)
    reader = _reader(settings, encoder)
    generation = open_generation(settings, root, encoder)
    stated = generation.case.calibration
    if not (calibration or load_calibration(reader.name).suits(stated, reader.name)):
        notice(
            f"[answers] of {NAME} was fitted to another reader or version of Exhibit, so it is left out."
            " Run `exhibit calibrate` again."
        )
    return Searcher(generation, encoder, reader, calibration)


def open_generation(settings: Settings, root: Path, encoder: SentenceEncoder) -> Generation:
    """The live index of a case, built first where there is none or it is stale, with a progress bar."""
    with encoding_bar() as advance:
        return open_index(root, Store(settings.data, root), encoder, notice, advance)


def _reader(settings: Settings, encoder: SentenceEncoder) -> Reader:
    if settings.reader == "trained":
        return TrainedReader(settings.threads)
    if settings.reader == "overlap":
        return OverlapReader(encoder)
    return CrossEncoderReader(settings.reader, settings.threads)
