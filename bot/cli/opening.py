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
from index.opening import Notice, open_at_once, open_index, reopen_index
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
    return Opener(settings, root).open(calibration)


class Opener:
    """Opens searchers over the index of one case, which all use the same models.

    Args:
        tell: called with each sentence that the operator should read.

    Raises:
        ExhibitError: if the case or a model cannot be used.
    """

    def __init__(self, settings: Settings, root: Path, tell: Notice = notice) -> None:
        self.store = Store(settings.data, root)
        self.stale = False
        """Whether what `open_at_once` opened should be built anew meanwhile."""
        self._root = root
        self._tell = tell
        self._encoder = SentenceEncoder(settings.model, settings.threads)
        self._reader = _reader(settings, self._encoder)

    def open(self, calibration: Calibration | None = None) -> Searcher:
        """A searcher over the index of the case as it is now, built first where it has to be.

        Args:
            calibration: as `Searcher` takes it.

        Raises:
            ExhibitError: if the case or the index cannot be used.
        """
        with encoding_bar() as advance:
            generation = open_index(self._root, self.store, self._encoder, self._tell, advance)
        return self._searcher(generation, calibration)

    def open_at_once(self) -> Searcher:
        """As `open`, but what can be answered from is not built anew first; see `stale`.

        Raises:
            ExhibitError: if the case or the index cannot be used.
        """
        with encoding_bar() as advance:
            opened = open_at_once(self._root, self.store, self._encoder, self._tell, advance)
        generation, self.stale = opened
        return self._searcher(generation)

    def reopen(self) -> Searcher:
        """A searcher over the live index as it is.

        Raises:
            IndexingError: if it cannot be used.
        """
        return self._searcher(reopen_index(self._root, self.store, self._encoder.sha256))

    def _searcher(self, generation: Generation, calibration: Calibration | None = None) -> Searcher:
        name = self._reader.name
        if not (calibration or load_calibration(name).suits(generation.case.calibration, name)):
            self._tell(
                f"[answers] of {NAME} was fitted to another reader or version of Exhibit, so it is left out."
                " Run `exhibit calibrate` again."
            )
        return Searcher(generation, self._encoder, self._reader, calibration)


def _reader(settings: Settings, encoder: SentenceEncoder) -> Reader:
    if settings.reader == "trained":
        return TrainedReader(settings.threads)
    if settings.reader == "overlap":
        return OverlapReader(encoder)
    return CrossEncoderReader(settings.reader, settings.threads)
