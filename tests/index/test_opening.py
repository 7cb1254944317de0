"""Which index is answered from: the live one, a new one, or the last good one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import CaseError, DocumentError
from corpus.library import load_case
from corpus.models import CaseCalibration
from index.build import build_index
from index.errors import DamagedIndexError, IndexingError, NoIndexError, StorageError
from index.generation import Generation
from index.opening import open_at_once, open_index, reopen_index, status_of
from index.store import Store
from tests.conftest import CASE_FILE, CountingEncoder

Open = Callable[[], Generation]


@pytest.fixture
def notices() -> list[str]:
    """What the operator is told."""
    return []


@pytest.fixture
def opened(case_dir: Path, store: Store, encoder: CountingEncoder, notices: list[str]) -> Open:
    """Opens the index of the small case as it is now."""
    return lambda: open_index(case_dir, store, encoder, notices.append)


def test_builds_where_there_is_none(opened: Open, notices: list[str], encoder: CountingEncoder) -> None:
    """And says so."""
    generation = opened()
    assert len(encoder.encoded) == len(generation.passages) > 0
    assert notices == ["The index is being built, since there is no index of this case yet."]


def test_a_fresh_one_is_only_opened(opened: Open, notices: list[str], encoder: CountingEncoder) -> None:
    """Nothing is encoded, nothing is said."""
    first = opened()
    notices.clear()
    encoder.encoded.clear()
    assert opened().id == first.id
    assert (notices, encoder.encoded) == ([], [])


def test_a_stale_one_is_built_anew(case_dir: Path, opened: Open, notices: list[str]) -> None:
    """With every reason."""
    first = opened()
    (case_dir / "documents" / "new.txt").write_text("The safe was empty.\n")
    (case_dir / "documents" / "hearing.txt").unlink()
    second = opened()
    assert second.id != first.id
    assert [document.path for document in second.case] == ["new.txt", "press/article.txt"]
    assert notices[1:] == [
        "The index is being built, since 1 document is new: new.txt; 1 document is gone: hearing.txt."
    ]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("CURRENT", "the pointer to the live index is damaged"),
        ("generations/*/manifest.json", "the manifest of the index is damaged"),
        ("generations/*/vectors.faiss", "vectors.faiss of the index is damaged"),
    ],
)
def test_a_damaged_one_is_built_anew(
    store: Store, opened: Open, notices: list[str], file: str, reason: str
) -> None:
    """It is never answered from."""
    first = opened()
    (damaged,) = store.folder.glob(file)
    damaged.write_bytes(b"?")
    assert opened().id != first.id
    assert notices[1:] == [f"The index is being built, since {reason}."]


def break_document(case_dir: Path) -> None:
    (case_dir / "documents" / "hearing.txt").write_bytes(b"caf\xe9")


def break_case_file(case_dir: Path) -> None:
    (case_dir / "case.toml").write_text("title = ")


def empty(case_dir: Path) -> None:
    shutil.rmtree(case_dir / "documents")
    (case_dir / "documents").mkdir()


def remove(case_dir: Path) -> None:
    shutil.rmtree(case_dir)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (break_document, "hearing.txt is not UTF-8: byte 3 is 0xE9. Save it as UTF-8 and try again."),
        (break_case_file, "{case}/case.toml is not valid TOML: Invalid value (at end of document)."),
        (empty, "{case} has no document with words in it. Put .txt or .md files there."),
        (remove, "There is no folder {case}. Name the folder of a case."),
    ],
)
def test_while_the_case_cannot_be_used_the_last_good_index_is_served(
    case_dir: Path, opened: Open, notices: list[str], harm: Callable[[Path], None], sentence: str
) -> None:
    """With what is wrong and how old it is; its documents are all in it."""
    first = opened()
    notices.clear()
    harm(case_dir)
    served = opened()
    assert (served.id, served.case) == (first.id, first.case)
    assert notices == [
        (
            f"{sentence.format(case=case_dir)} Until then the last good index is served, of "
            f"{first.manifest.created:%Y-%m-%d %H:%M} UTC."
        )
    ]


def state_quote(case_dir: Path, quote: float) -> None:
    """Has the small case's case.toml move the threshold of a quote."""
    (case_dir / "case.toml").write_text(f"{CASE_FILE}\n[answers]\nquote = {quote}\n", encoding="utf-8")


def test_what_the_case_says_of_answers_needs_no_new_index(
    case_dir: Path, opened: Open, notices: list[str]
) -> None:
    """It is taken from case.toml as that is now."""
    first = opened()
    notices.clear()
    for quote in (0.9, 0.8):
        state_quote(case_dir, quote)
        served = opened()
        assert (served.id, served.case.calibration) == (first.id, CaseCalibration(quote=quote))
    assert notices == []


@pytest.mark.parametrize(("harm", "quote"), [(break_document, 0.8), (break_case_file, 0.9), (remove, 0.9)])
def test_the_last_good_index_is_served_with_what_is_last_known_of_answers(
    case_dir: Path, opened: Open, harm: Callable[[Path], None], quote: float
) -> None:
    """From case.toml where that can be read, or from when the index was built."""
    state_quote(case_dir, 0.9)
    opened()
    state_quote(case_dir, 0.8)
    harm(case_dir)
    assert opened().case.calibration == CaseCalibration(quote=quote)


def test_without_an_index_a_case_that_cannot_be_used_is_an_error(case_dir: Path, opened: Open) -> None:
    """There is nothing to serve."""
    break_document(case_dir)
    with pytest.raises(DocumentError):
        opened()


def test_a_damaged_index_is_not_served_either(case_dir: Path, store: Store, opened: Open) -> None:
    """Even where the case cannot be used."""
    opened()
    (store.folder / "CURRENT").write_bytes(b"?")
    break_case_file(case_dir)
    with pytest.raises(CaseError):
        opened()


def test_another_models_index_is_not_served(case_dir: Path, store: Store, opened: Open) -> None:
    """Its vectors mean something else than the question's."""
    opened()
    break_case_file(case_dir)
    other = CountingEncoder(["red"])
    other.sha256 = "00" * 32
    with pytest.raises(CaseError):
        open_index(case_dir, store, other, list[str]().append)


def test_where_the_disk_is_full_the_last_good_index_is_served(
    case_dir: Path, opened: Open, notices: list[str], monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    """The bot lives on."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    first = opened()
    (case_dir / "documents" / "new.txt").write_text("The safe was empty.\n")
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        assert opened().id == first.id
    assert notices[2].startswith(
        f"There is no space left for the index in {store.folder}. Free some and try again. Until then the last"
    )
    assert opened().id != first.id


def test_where_the_disk_is_full_and_there_is_no_index_that_is_an_error(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to serve."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError):
        opened()


OpenAtOnce = Callable[[], tuple[Generation, bool]]


@pytest.fixture
def opened_at_once(case_dir: Path, store: Store, encoder: CountingEncoder, notices: list[str]) -> OpenAtOnce:
    """Opens what can be answered from at once."""
    return lambda: open_at_once(case_dir, store, encoder, notices.append)


def test_at_once_a_stale_one_is_served(
    case_dir: Path, opened: Open, opened_at_once: OpenAtOnce, notices: list[str], encoder: CountingEncoder
) -> None:
    """It is for the caller to have it built anew, and the operator is told why and what is served."""
    first = opened()
    encoder.encoded.clear()
    notices.clear()
    (case_dir / "documents" / "new.txt").write_text("The safe was empty.\n")
    state_quote(case_dir, 0.9)
    served, stale = opened_at_once()
    assert (served.id, served.case.calibration, stale) == (first.id, CaseCalibration(quote=0.9), True)
    assert encoder.encoded == []
    [notice] = notices
    assert notice == (
        "The index is being built anew, since 1 document is new: new.txt. Until then the last good index is"
        f" served, of {first.manifest.created:%Y-%m-%d %H:%M} UTC."
    )


def test_at_once_what_another_version_cut_is_served(
    opened: Open, opened_at_once: OpenAtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files can be read; only its passages are not what this version would make of the case."""
    first = opened()
    monkeypatch.setattr("corpus.passages.FORMAT", 999)
    served, stale = opened_at_once()
    assert (served.id, stale) == (first.id, True)


def test_at_once_a_fresh_one_is_only_opened(
    opened: Open, opened_at_once: OpenAtOnce, notices: list[str]
) -> None:
    """Nothing is to be built, nothing is said."""
    first = opened()
    notices.clear()
    served, stale = opened_at_once()
    assert (served.id, stale, notices) == (first.id, False, [])


def test_at_once_what_cannot_be_read_is_built_first(
    store: Store,
    opened_at_once: OpenAtOnce,
    notices: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beside it: there was none, another version wrote it, it is damaged, or it is of another model."""
    built = [opened_at_once()]
    with monkeypatch.context() as newer:
        newer.setattr("index.generation.FORMAT", 999)
        newer.setattr("index.build.FORMAT", 999)
        built.append(opened_at_once())
        assert (store.folder / "generations" / built[0][0].id).is_dir()
    built.append(opened_at_once())
    (store.folder / "CURRENT").write_bytes(b"?")
    built.append(opened_at_once())
    monkeypatch.setattr(CountingEncoder, "sha256", "00" * 32)
    built.append(opened_at_once())
    assert len({generation.id for generation, _ in built}) == 5
    assert [stale for _, stale in built] == [False] * 5
    other = "The index is being built, since the index is of another version of Exhibit."
    assert notices == [
        "The index is being built, since there is no index of this case yet.",
        other,
        other,
        "The index is being built, since the pointer to the live index is damaged.",
        "The index is being built, since it was built with another model, counting.",
    ]


@pytest.mark.parametrize("harm", [break_document, break_case_file, empty, remove])
def test_at_once_the_last_good_one_is_served_too(
    case_dir: Path, opened: Open, opened_at_once: OpenAtOnce, notices: list[str], harm: Callable[[Path], None]
) -> None:
    """There is no use in building what cannot be read."""
    first = opened()
    notices.clear()
    harm(case_dir)
    served, stale = opened_at_once()
    assert (served.id, stale) == (first.id, False)
    [notice] = notices
    assert notice.endswith(
        f" Until then the last good index is served, of {first.manifest.created:%Y-%m-%d %H:%M} UTC."
    )


def test_reopening_takes_what_is_live(
    case_dir: Path, store: Store, encoder: CountingEncoder, opened: Open
) -> None:
    """Fresh or not, with what the case says of answers now."""
    first = opened()
    state_quote(case_dir, 0.9)
    (case_dir / "documents" / "new.txt").write_text("The safe was empty.\n")
    again = reopen_index(case_dir, store, encoder.sha256)
    assert (again.id, again.case.calibration) == (first.id, CaseCalibration(quote=0.9))
    second = opened()
    assert reopen_index(case_dir, store, encoder.sha256).id == second.id


def test_reopening_refuses_what_cannot_be_answered_from(case_dir: Path, store: Store, opened: Open) -> None:
    """None at all, another model's, a damaged one."""
    with pytest.raises(NoIndexError):
        reopen_index(case_dir, store, "00")
    opened()
    with pytest.raises(IndexingError) as raised:
        reopen_index(case_dir, store, "00")
    assert str(raised.value) == (
        "The index was built with another model, counting. Run `exhibit index build` to build it anew."
    )
    (store.folder / "CURRENT").write_bytes(b"?")
    with pytest.raises(DamagedIndexError):
        reopen_index(case_dir, store, "00")


def test_progress_is_passed_on(case_dir: Path, store: Store, encoder: CountingEncoder) -> None:
    """To whoever shows it."""
    told: list[tuple[int, int]] = []
    generation = open_index(
        case_dir, store, encoder, list[str]().append, lambda done, total: told.append((done, total))
    )
    assert told[-1] == (len(generation.passages), len(generation.passages))


def test_status(case_dir: Path, store: Store, encoder: CountingEncoder) -> None:
    """Missing, fresh, stale and damaged."""
    case = load_case(case_dir)
    with pytest.raises(NoIndexError):
        status_of(case, store, encoder.sha256)
    build_index(case, store, encoder)
    assert status_of(case, store, encoder.sha256) == []
    assert status_of(case, store, "00") == ["it was built with another model, counting"]
    (store.folder / "CURRENT").write_bytes(b"?")
    with pytest.raises(DamagedIndexError):
        status_of(case, store, encoder.sha256)
