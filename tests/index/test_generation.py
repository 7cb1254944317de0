"""A generation comes back as it was written, or not at all; a quote is what the disk says."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.library import load_case
from corpus.models import Case, Document, Span
from index.build import build_index
from index.errors import DamagedIndexError, IndexingError, ReceiptError
from index.generation import Generation, read_generation, read_manifest
from index.models import Receipt
from index.store import Store
from tests.conftest import CountingEncoder

STRANGE = "\ufeffMs Lovelace: Zwölf\r\nBoxkämpfer\u2028jagen 😀 Viktor.\r\rEnde.\n"


@pytest.fixture
def case(case_dir: Path) -> Case:
    """The small case with a text in it that survives no careless reading."""
    (case_dir / "documents" / "strange.txt").write_bytes(STRANGE.encode())
    return load_case(case_dir)


@pytest.fixture
def generation(case: Case, store: Store, encoder: CountingEncoder) -> Generation:
    """An index of it."""
    return build_index(case, store, encoder)


def files_of(generation: Generation) -> Iterator[Path]:
    """Every file of a generation."""
    return (path for path in sorted(generation.folder.rglob("*")) if path.is_file())


def test_comes_back_as_it_was(case: Case, generation: Generation, store: Store) -> None:
    """The case with every text, the passages, their keys, vectors, terms and counts."""
    again = store.open()
    assert again.case == generation.case == case
    assert again.manifest == generation.manifest
    assert (again.passages, again.keys, again.counts) == (
        generation.passages,
        generation.keys,
        generation.counts,
    )
    assert again.dense.vectors.tolist() == generation.dense.vectors.tolist()
    terms = ["ledger", "fire", "alarm", "unheard"]
    assert again.sparse.search(terms, 99) == generation.sparse.search(terms, 99)
    assert [again.sparse.frequency(term) for term in terms] == [
        generation.sparse.frequency(term) for term in terms
    ]
    texts = {document.path: document.text for document in case}
    assert list(again.keys) == [passage.key(texts[passage.document]) for passage in again.passages]


def test_its_manifest_lists_every_file(generation: Generation) -> None:
    """But itself."""
    names = {path.relative_to(generation.folder).as_posix() for path in files_of(generation)}
    assert set(generation.manifest.files) == names - {"manifest.json"}


def test_damage_anywhere_is_refused(generation: Generation, store: Store) -> None:
    """One byte flipped at any of several places, a file cut short, emptied, lengthened or removed."""
    damages = 0
    for path in files_of(generation):
        whole = path.read_bytes()
        places = {0, len(whole) // 3, len(whole) // 2, len(whole) - 1}
        flipped = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in sorted(places)]
        for data in (*flipped, whole[:-1], whole[: len(whole) // 2], b"", whole + b"\n"):
            path.write_bytes(data)
            with pytest.raises(DamagedIndexError, match=r"Run `exhibit index build` to build it anew\.$"):
                store.open()
            damages += 1
        path.unlink()
        with pytest.raises(DamagedIndexError, match=r"Run `exhibit index build` to build it anew\.$"):
            store.open()
        path.write_bytes(whole)
    assert damages >= 8 * 10
    assert store.open().manifest == generation.manifest


def test_a_folder_in_place_of_a_file_is_refused(generation: Generation, store: Store) -> None:
    """Whatever the system calls it."""
    for path in files_of(generation):
        whole = path.read_bytes()
        path.unlink()
        path.mkdir()
        with pytest.raises(DamagedIndexError):
            store.open()
        path.rmdir()
        path.write_bytes(whole)


def test_a_manifest_of_another_version_is_no_damage(generation: Generation, tmp_path: Path) -> None:
    """It is what was written, and is rebuilt rather than read."""
    for name, described in (
        ("newer", generation.manifest.model_copy(update={"format": 999}).model_dump_json()),
        ("other", '{"what": "else"}'),
    ):
        folder = tmp_path / name
        shutil.copytree(generation.folder, folder)
        (folder / "manifest.json").write_text(described)
        digest = hashlib.sha256(described.encode()).hexdigest()
        with pytest.raises(IndexingError) as raised:
            read_generation(folder, digest)
        assert type(raised.value) is IndexingError
        assert str(raised.value) == (
            "The index is of another version of Exhibit. Run `exhibit index build` to build it anew."
        )


def test_parts_that_do_not_belong_together_are_refused(
    generation: Generation, store: Store, case_dir: Path, encoder: CountingEncoder, tmp_path: Path
) -> None:
    """Even where every checksum holds: passages of one index beside the vectors of another."""
    (case_dir / "documents" / "strange.txt").unlink()
    smaller = build_index(load_case(case_dir), store, encoder)
    assert len(smaller.passages) < len(generation.passages)
    folder = tmp_path / "mixed"
    shutil.copytree(smaller.folder, folder)
    shutil.copy(generation.folder / "vectors.faiss", folder / "vectors.faiss")
    entries = smaller.manifest.files | {"vectors.faiss": generation.manifest.files["vectors.faiss"]}
    described = smaller.manifest.model_copy(update={"files": entries}).model_dump_json().encode()
    (folder / "manifest.json").write_bytes(described)
    with pytest.raises(DamagedIndexError, match="do not belong together"):
        read_generation(folder, hashlib.sha256(described).hexdigest())


def test_a_manifest_is_read_alone(generation: Generation) -> None:
    """Without the rest, which may be large."""
    digest = hashlib.sha256((generation.folder / "manifest.json").read_bytes()).hexdigest()
    assert read_manifest(generation.folder, digest) == generation.manifest
    with pytest.raises(DamagedIndexError, match="The manifest of the index is damaged"):
        read_manifest(generation.folder, "0" * 64)
    with pytest.raises(DamagedIndexError, match="The live index has no manifest"):
        read_manifest(generation.folder / "gone", digest)


def test_finds_a_document_by_a_prefix_of_its_digest(generation: Generation) -> None:
    """One that is the only one's."""
    for document in generation.case:
        assert generation.document(document.sha256) is document
        assert generation.document(document.sha256[:12]) is document


@pytest.mark.parametrize("digest", ["", "g", "0" * 65])
def test_refuses_a_digest_of_no_document(generation: Generation, digest: str) -> None:
    """And one that may be any document's."""
    with pytest.raises(ReceiptError) as raised:
        generation.document(digest)
    assert str(raised.value) == "The document of this quote is not, or no longer, in the record. Ask again."


def test_refuses_a_digest_of_two_documents(generation: Generation) -> None:
    """A prefix that two share names neither."""
    first, *others = generation.case.documents
    alike = replace(first, path="b.txt", sha256=first.sha256[:12] + "z" * 52)
    both = replace(generation, case=replace(generation.case, documents=(first, alike, *others)))
    with pytest.raises(ReceiptError):
        both.document(first.sha256[:12])
    assert both.document(first.sha256[:12] + "z") is alike


def test_a_quote_is_read_from_the_disk(generation: Generation) -> None:
    """Every passage, with every strange character in it."""
    texts = {document.path: document for document in generation.case}
    for passage in generation.passages:
        document = texts[passage.document]
        receipt = Receipt(document.sha256[:12], passage.span)
        assert generation.recheck(receipt) == passage.span.of(document.text)


def test_refuses_a_receipt_of_what_may_not_be_quoted(generation: Generation) -> None:
    """In the header, across its end, empty, or beyond the text."""
    hearing = generation.case.documents[0]
    header, length = hearing.unquotable[0].end, len(hearing.text)
    for span in (
        Span(0, 5),
        Span(header - 1, header + 20),
        Span(header + 20, header + 20),
        Span(header + 20, length + 1),
        Span(length, length + 9),
    ):
        with pytest.raises(ReceiptError) as raised:
            generation.recheck(Receipt(hearing.sha256, span))
        assert str(raised.value) == "hearing.txt has nothing to quote there. Ask again."


def stored(generation: Generation, document: Document) -> Path:
    """Where a generation keeps a document's text."""
    return generation.folder / "documents" / f"{document.sha256}.txt"


@pytest.mark.parametrize("far", [False, True])
def test_tampering_with_the_stored_text_is_noticed(generation: Generation, far: bool) -> None:
    """Right at the quote and anywhere else in its document, after the index was opened."""
    hearing = generation.case.documents[0]
    span = Span(hearing.text.index("Yes."), hearing.text.index("Yes.") + 4)
    assert generation.recheck(Receipt(hearing.sha256, span)) == "Yes."
    file = stored(generation, hearing)
    words = (b"four thousand", b"five thousand") if far else (b"Yes. The", b"No.  The")
    assert words[0] in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(*words))
    with pytest.raises(ReceiptError) as raised:
        generation.recheck(Receipt(hearing.sha256, span))
    assert str(raised.value) == (
        "The stored text of hearing.txt has been changed. Run `exhibit index build` to build it anew."
    )


def test_a_stored_text_that_is_gone_is_noticed(generation: Generation) -> None:
    """A quote from memory would be no proof."""
    hearing = generation.case.documents[0]
    stored(generation, hearing).unlink()
    with pytest.raises(ReceiptError, match=r"^The stored text of hearing.txt cannot be read\."):
        generation.recheck(Receipt(hearing.sha256, Span(200, 210)))


def test_the_same_bytes_twice_may_have_other_boilerplate(
    case_dir: Path, store: Store, encoder: CountingEncoder
) -> None:
    """What is evidence in one of them can be quoted from it."""
    for name in ("a.txt", "b.txt"):
        (case_dir / "documents" / name).write_text("The Gazette\nThe ledger was red.\n")
    with (case_dir / "case.toml").open("a") as file:
        file.write('\n[[documents]]\npath = "a.txt"\nboilerplate = ["The Gazette"]\n')
    generation = build_index(load_case(case_dir), store, encoder)
    passage = next(each for each in generation.passages if each.document == "b.txt")
    digest = generation.case.documents[0].sha256
    assert generation.recheck(Receipt(digest, passage.span)) == "The Gazette\nThe ledger was red."
