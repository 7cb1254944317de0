"""The index to answer from: the live one, built first where there is none or it is stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.case_file import NAME, read_case_file
from corpus.errors import CaseError, ExhibitError
from corpus.library import load_case, resolved
from corpus.models import Case, CaseCalibration
from index.build import BuildProgress, build_index
from index.encoder import Encoder
from index.errors import IndexingError
from index.generation import REBUILD, Generation
from index.manifest import stale_because
from index.store import Store

Notice = Callable[[str], None]
"""Called with a sentence that the operator should read."""


def open_index(
    root: Path, store: Store, encoder: Encoder, notice: Notice, on_progress: BuildProgress | None = None
) -> Generation:
    """The index of the case in a folder, as the case is now.

    Where the case cannot be read or the index cannot be built, the last good index is served, if there
    is one of this model, and a notice says so.

    Raises:
        CaseError: if the case cannot be used and there is no index to fall back on.
        IndexingError: if the index cannot be built and there is none to fall back on.
    """
    live, reasons = _live(store)
    try:
        case = load_case(root)
        if live:
            reasons = list(stale_because(live.manifest, case, encoder.sha256))
        if live and not reasons:
            return live.calibrated(case.calibration)
        notice(f"The index is being built, since {'; '.join(reasons)}.")
        return build_index(case, store, encoder, on_progress)
    except (CaseError, IndexingError) as error:
        if live is None or live.manifest.model_sha256 != encoder.sha256:
            raise
        notice(f"{error} {_until_then(live)}")
        return live.calibrated(_calibration(root, live.case.calibration))


def open_at_once(
    root: Path, store: Store, encoder: Encoder, notice: Notice, on_progress: BuildProgress | None = None
) -> tuple[Generation, bool]:
    """As `open_index`, but a stale index that can be answered from is not built anew first.

    Returns:
        the index, and whether the caller should have it built anew meanwhile.

    Raises:
        CaseError: if the case cannot be used and there is no index to fall back on.
        IndexingError: if the index cannot be built and there is none to fall back on.
    """
    live, _ = _live(store)
    if live is None or live.manifest.model_sha256 != encoder.sha256:
        return open_index(root, store, encoder, notice, on_progress), False
    try:
        case = load_case(root)
    except CaseError as error:
        notice(f"{error} {_until_then(live)}")
        return live.calibrated(_calibration(root, live.case.calibration)), False
    reasons = list(stale_because(live.manifest, case, encoder.sha256))
    if reasons:
        notice(f"The index is being built anew, since {'; '.join(reasons)}. {_until_then(live)}")
    return live.calibrated(case.calibration), bool(reasons)


def reopen_index(root: Path, store: Store, model_sha256: str) -> Generation:
    """The live index as it is, fresh or not, with what the case says of answers now.

    Raises:
        DamagedIndexError: if it is damaged.
        IndexingError: if there is none, or another version or model wrote it.
    """
    live = store.open()
    if live.manifest.model_sha256 != model_sha256:
        raise IndexingError(f"The index was built with another model, {live.manifest.model}. {REBUILD}")
    return live.calibrated(_calibration(root, live.case.calibration))


def _live(store: Store) -> tuple[Generation | None, list[str]]:
    """The live generation, or why there is none that can be used."""
    try:
        return store.open(), []
    except ExhibitError as error:
        sentence = str(error).split(". ")[0].rstrip(".")
        return None, [sentence[0].lower() + sentence[1:]]


def _until_then(live: Generation) -> str:
    return f"Until then the last good index is served, of {live.manifest.created:%Y-%m-%d %H:%M} UTC."


def _calibration(root: Path, last: CaseCalibration) -> CaseCalibration:
    """What `case.toml` says of answers, whatever else is wrong with the case; else what it said last."""
    try:
        root = resolved(root)
        return read_case_file(root / NAME).answers.calibration() if root.is_dir() else last
    except CaseError:
        return last


def status_of(case: Case, store: Store, model_sha256: str) -> list[str]:
    """Why the live index is not the index of a case as it is now; nothing if it is.

    Raises:
        NoIndexError: if there is none.
        DamagedIndexError: if it is damaged.
    """
    return list(stale_because(store.open().manifest, case, model_sha256))
