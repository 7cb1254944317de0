"""Whether an index is still the index of its case, and why not."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from corpus import passages
from corpus.library import load_case
from corpus.models import Case, CaseCalibration, Document, Kind, Party, Provenance, Span
from index.build import build_index
from index.manifest import FORMAT, LIBRARIES, Manifest, case_sha256, library_versions, stale_because
from index.store import Store
from tests.conftest import CountingEncoder

MODEL = CountingEncoder.sha256


@pytest.fixture
def case(case_dir: Path) -> Case:
    """The small case."""
    return load_case(case_dir)


@pytest.fixture
def manifest(case: Case, store: Store, encoder: CountingEncoder) -> Manifest:
    """Of an index of it."""
    return build_index(case, store, encoder).manifest


def changed(case: Case, **fields: object) -> Case:
    """The case with other fields of its first document."""
    first, *others = case.documents
    return replace(case, documents=(replace(first, **fields), *others))  # type: ignore[arg-type]


def more(case: Case, count: int) -> Case:
    """The case with further documents."""
    extra = tuple(Document(f"z{at}.txt", "Words.", f"{at:064}") for at in range(count))
    return replace(case, documents=(*case.documents, *extra))


def test_says_what_it_was_made_of(case: Case, manifest: Manifest, encoder: CountingEncoder) -> None:
    """Documents, model, and the libraries that an index depends on."""
    assert manifest.documents == {document.path: document.sha256 for document in case}
    assert (manifest.model, manifest.model_sha256, manifest.dimension) == (
        "counting",
        MODEL,
        encoder.dimension,
    )
    assert manifest.libraries == library_versions() == {name: version(name) for name in LIBRARIES}
    assert (manifest.format, manifest.passage_format) == (FORMAT, passages.FORMAT)
    assert manifest.encoded == manifest.passages == len(encoder.encoded)
    assert manifest.characters == sum(map(len, encoder.encoded))


def test_a_fresh_index_has_no_reason(case: Case, manifest: Manifest) -> None:
    """Nor has one of a case that lies elsewhere."""
    assert list(stale_because(manifest, case, MODEL)) == []
    assert list(stale_because(manifest, replace(case, root=Path("/elsewhere")), MODEL)) == []


def test_documents_that_are_new_gone_or_changed(case: Case, manifest: Manifest) -> None:
    """By name, three at most."""
    assert list(stale_because(manifest, more(case, 1), MODEL)) == ["1 document is new: z0.txt"]
    assert list(stale_because(manifest, more(case, 5), MODEL)) == [
        "5 documents are new: z0.txt, z1.txt, z2.txt, …"
    ]
    assert list(stale_because(manifest, replace(case, documents=case.documents[:1]), MODEL)) == [
        "1 document is gone: press/article.txt"
    ]
    assert list(stale_because(manifest, changed(case, sha256="0" * 64), MODEL)) == [
        "1 document is changed: hearing.txt"
    ]
    assert list(stale_because(manifest, changed(case, path="moved.txt"), MODEL)) == [
        "1 document is new: moved.txt",
        "1 document is gone: hearing.txt",
    ]


@pytest.mark.parametrize(
    "other",
    [
        lambda case: replace(case, aliases=(("Jane Hopper", "Hopper"),)),
        lambda case: replace(case, title="Another"),
        lambda case: replace(case, parties=(Party("Ann"),)),
        lambda case: changed(case, unquotable=(Span(0, 5),)),
        lambda case: changed(case, provenance=Provenance(kind=Kind.ORDER)),
    ],
)
def test_what_case_toml_says_counts_too(case: Case, manifest: Manifest, other: object) -> None:
    """Everything that shows in a quote or decides what may be one."""
    assert callable(other)
    assert list(stale_because(manifest, other(case), MODEL)) == ["what case.toml says has changed"]
    assert case_sha256(other(case)) != case_sha256(case)


def test_what_it_says_of_answers_does_not(case: Case, manifest: Manifest) -> None:
    """Thresholds and confidence are applied to what a search found."""
    moved = replace(case, calibration=CaseCalibration(quote=0.9, scale=2.0))
    assert list(stale_because(manifest, moved, MODEL)) == []


def test_another_model_or_version(case: Case, manifest: Manifest) -> None:
    """All reasons are named."""
    assert list(stale_because(manifest, case, "ff")) == ["it was built with another model, counting"]
    for field in ("format", "passage_format"):
        older = manifest.model_copy(update={field: 0})
        assert list(stale_because(older, case, MODEL)) == ["it was built by another version of Exhibit"]
    older = manifest.model_copy(update={"format": 0})
    assert list(stale_because(older, more(case, 1), "ff")) == [
        "it was built by another version of Exhibit",
        "it was built with another model, counting",
        "1 document is new: z0.txt",
    ]
