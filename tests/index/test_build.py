"""What is encoded, what is taken over, and what happens when encoding fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EmptyCaseError
from corpus.library import load_case
from corpus.models import Case, Document
from index.build import build_index
from index.encoder import Progress, Vectors
from index.errors import NoIndexError
from index.generation import Generation
from index.store import Store
from tests.conftest import CountingEncoder

ROOT = Path(__file__).parent.parent.parent


class BrokenEncoder(CountingEncoder):
    """Runs out of memory in the middle."""

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        super().encode(texts[:1], on_progress)
        raise MemoryError


def indexed(generation: Generation) -> list[str]:
    """What is searched of each passage."""
    texts = {document.path: document.text for document in generation.case}
    return [passage.indexed_text(texts[passage.document]) for passage in generation.passages]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A case of a hundred documents."""
    root = tmp_path / "large"
    root.mkdir()
    for at in range(100):
        (root / f"{at:03}.txt").write_text(f"Ledger number {at} was red.\n")
    return root


def test_row_i_of_every_part_is_passage_i(case_dir: Path, store: Store, encoder: CountingEncoder) -> None:
    """Vectors, terms and keys."""
    generation = build_index(load_case(case_dir), store, encoder)
    texts = indexed(generation)
    assert np.allclose(generation.dense.vectors, encoder.encode(texts))
    assert len(generation.sparse) == len(texts)
    for row, text in enumerate(texts):
        query = encoder.encode([text])[0]
        [(nearest, cosine)] = generation.dense.search(query, 1)
        assert nearest == row
        assert cosine == pytest.approx(1.0, abs=1e-5)
    assert [row for row, _ in generation.sparse.search(["sprinkler"], 9)] == [
        row for row, text in enumerate(texts) if "sprinklers" in text
    ]
    assert generation.counts["ledger"].times == sum(text.lower().count("ledger") for text in texts)


def test_a_second_build_encodes_nothing(case_dir: Path, store: Store, encoder: CountingEncoder) -> None:
    """And yields the same vectors to the last bit."""
    first = build_index(load_case(case_dir), store, encoder)
    assert encoder.encoded == indexed(first)
    encoder.encoded.clear()
    second = build_index(load_case(case_dir), store, encoder)
    assert encoder.encoded == []
    assert (second.manifest.encoded, second.manifest.passages) == (0, first.manifest.passages)
    assert second.dense.vectors.tolist() == first.dense.vectors.tolist()


def test_one_new_document_is_all_that_is_encoded(
    large: Path, tmp_path: Path, encoder: CountingEncoder
) -> None:
    """Of a hundred and one; wherever it sorts, every vector stays with its passage."""
    store = Store(tmp_path / "data", large)
    build_index(load_case(large), store, encoder)
    assert len(encoder.encoded) == 100
    encoder.encoded.clear()
    (large / "050a.txt").write_text("The safe was empty.\n")
    generation = build_index(load_case(large), store, encoder)
    assert encoder.encoded == ["The safe was empty."]
    assert np.allclose(generation.dense.vectors, encoder.encode(indexed(generation)))


def test_only_passages_that_changed_are_encoded(
    large: Path, tmp_path: Path, encoder: CountingEncoder
) -> None:
    """A renamed document has none, a corrected one its own, a withdrawn one none."""
    store = Store(tmp_path / "data", large)
    build_index(load_case(large), store, encoder)
    encoder.encoded.clear()
    (large / "000.txt").rename(large / "zzz.txt")
    (large / "001.txt").unlink()
    (large / "002.txt").write_text("Ledger number 2 was blue.\n")
    generation = build_index(load_case(large), store, encoder)
    assert encoder.encoded == ["Ledger number 2 was blue."]
    assert "001.txt" not in {passage.document for passage in generation.passages}
    assert not any("number 1 was" in text for text in indexed(generation))


def test_equal_passages_are_encoded_once(large: Path, tmp_path: Path, encoder: CountingEncoder) -> None:
    """In as many documents as they are."""
    for at in range(100):
        (large / f"{at:03}.txt").write_text("The ledger was red.\n")
    generation = build_index(load_case(large), Store(tmp_path / "data", large), encoder)
    assert encoder.encoded == ["The ledger was red."]
    assert (len(generation.passages), generation.manifest.encoded) == (100, 1)


def test_another_models_vectors_are_not_taken_over(
    case_dir: Path, store: Store, encoder: CountingEncoder
) -> None:
    """They have another meaning, even where they have the same length."""
    first = build_index(load_case(case_dir), store, encoder)
    other = CountingEncoder(["red"])
    other.sha256 = "00" * 32
    second = build_index(load_case(case_dir), store, other)
    assert other.encoded == indexed(first)
    assert second.manifest.model_sha256 == "00" * 32


def test_a_damaged_generations_vectors_are_not_taken_over(
    case_dir: Path, store: Store, encoder: CountingEncoder
) -> None:
    """Everything is encoded anew."""
    first = build_index(load_case(case_dir), store, encoder)
    (first.folder / "vectors.faiss").write_bytes(b"x" + (first.folder / "vectors.faiss").read_bytes()[1:])
    encoder.encoded.clear()
    assert build_index(load_case(case_dir), store, encoder).manifest.encoded == len(encoder.encoded) > 0


def test_tells_how_far_it_is(case_dir: Path, store: Store, encoder: CountingEncoder) -> None:
    """From nothing to everything that has to be encoded; where that is nothing, just so."""
    told: list[tuple[int, int]] = []
    build_index(load_case(case_dir), store, encoder, lambda done, total: told.append((done, total)))
    count = len(encoder.encoded)
    assert told == [(done, count) for done in range(count + 1)]
    told.clear()
    build_index(load_case(case_dir), store, encoder, lambda done, total: told.append((done, total)))
    assert told == [(0, 0)]


def test_an_encoder_that_fails_leaves_the_old_index_live(
    case_dir: Path, store: Store, encoder: CountingEncoder
) -> None:
    """And the next build is not kept out by a lock that nobody holds."""
    old = build_index(load_case(case_dir), store, encoder)
    (case_dir / "documents" / "new.txt").write_text("The safe was empty.\n")
    with pytest.raises(MemoryError):
        build_index(load_case(case_dir), store, BrokenEncoder([]))
    assert store.open().manifest == old.manifest
    assert [path.name for path in (store.folder / "generations").iterdir()] == [old.id]
    assert build_index(load_case(case_dir), store, encoder).id != old.id


@pytest.mark.parametrize("text", ["", "…", "😀"])
def test_a_case_without_words_is_refused(tmp_path: Path, encoder: CountingEncoder, text: str) -> None:
    """Before anything is written."""
    case = Case(tmp_path, "x", "X", (Document("a.txt", text, "0" * 64),))
    store = Store(tmp_path / "data", tmp_path)
    with pytest.raises(EmptyCaseError) as raised:
        build_index(case, store, encoder)
    assert str(raised.value) == f"{tmp_path} has nothing to quote. Put documents with words in it."
    with pytest.raises(NoIndexError):
        store.open()


def test_documents_without_words_beside_others_do_no_harm(
    case_dir: Path, store: Store, encoder: CountingEncoder
) -> None:
    """Signs are kept, since they may be quoted, and no question finds them by words."""
    for name, text in (("empty.txt", ""), ("signs.txt", "— 😀 !!!\n"), ("header.txt", "title: A\n")):
        (case_dir / "documents" / name).write_text(text, encoding="utf-8")
    generation = build_index(load_case(case_dir), store, encoder)
    assert {passage.document for passage in generation.passages} == {
        *("hearing.txt", "press/article.txt", "signs.txt")
    }


PROCESS = """
import sys
from pathlib import Path
from corpus.library import load_case
from index.build import build_index
from index.store import Store
from tests.conftest import CountingEncoder

class WaitingEncoder(CountingEncoder):
    def encode(self, texts, on_progress=None):
        if texts:
            print("encoding", flush=True)
            sys.stdin.readline()
        return super().encode(texts, on_progress)

data, root = map(Path, sys.argv[1:])
case = load_case(root)
print("starting", flush=True)
generation = build_index(case, Store(data, root), WaitingEncoder(["red"]))
print(generation.id, generation.manifest.encoded, flush=True)
"""


def test_two_processes_build_one_after_the_other(case_dir: Path, tmp_path: Path) -> None:
    """The second waits for the first, then takes over all its vectors."""

    def process() -> subprocess.Popen[str]:
        started = subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(tmp_path / "data"), str(case_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert started.stdout
        assert started.stdout.readline() == "starting\n"
        return started

    store = Store(tmp_path / "data", case_dir)
    with process() as first:
        assert first.stdout
        assert first.stdout.readline() == "encoding\n"
        # It holds the lock until it is told to go on.
        with process() as second:
            with pytest.raises(NoIndexError):
                store.open()
            one, _ = first.communicate("\n", timeout=120)
            two, _ = second.communicate("\n", timeout=120)
    passages = store.manifest().passages
    ids = [output.split()[0] for output in (one, two)]
    assert (one, two) == (f"{ids[0]} {passages}\n", f"{ids[1]} 0\n")
    assert {path.name for path in (store.folder / "generations").iterdir()} == set(ids)
    assert store.open().id == ids[1]
