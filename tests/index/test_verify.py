"""What verification finds in a generation that could be opened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corpus.models import Passage, Span
from index.dense import DenseIndex
from index.generation import Generation
from index.searcher import Searcher
from index.verify import faults


@pytest.fixture
def generation(searcher: Searcher) -> Generation:
    """An index of the small case."""
    return searcher.generation


def place(passage: Passage) -> str:
    """How a fault names a passage."""
    return f"{passage.document} {passage.span.start}-{passage.span.end}"


def with_first(generation: Generation, passage: Passage) -> Generation:
    """The generation with another first passage."""
    return replace(generation, passages=(passage, *generation.passages[1:]))


def test_a_sound_index_has_no_faults(generation: Generation) -> None:
    """Not one."""
    assert list(faults(generation)) == []


def test_a_passage_that_moved_is_found(generation: Generation) -> None:
    """By one code point."""
    first = generation.passages[0]
    moved = replace(first, span=Span(first.span.start + 1, first.span.end))
    assert list(faults(with_first(generation, moved))) == [
        f"{place(moved)} is not the text that was indexed."
    ]


def test_a_passage_of_no_document_is_found(generation: Generation) -> None:
    """By the document's name."""
    stray = replace(generation.passages[0], document="gone.txt")
    assert list(faults(with_first(generation, stray))) == [
        "A passage names gone.txt, which is not in the index."
    ]


def test_a_passage_in_the_header_is_found(generation: Generation) -> None:
    """It may not be quoted, whatever its key says."""
    hearing = generation.case.documents[0]
    inside = Passage(hearing.path, Span(0, 20))
    wrong = replace(with_first(generation, inside), keys=(inside.key(hearing.text), *generation.keys[1:]))
    assert list(faults(wrong)) == [
        "hearing.txt 0-20: hearing.txt has nothing to quote there. Ask again.",
    ]


def test_a_stored_text_that_changed_is_found(generation: Generation) -> None:
    """For each of its passages."""
    article = generation.case.documents[1]
    (generation.folder / "documents" / f"{article.sha256}.txt").write_text("Something else.")
    of_article = [passage for passage in generation.passages if passage.document == article.path]
    assert list(faults(generation)) == [
        f"{place(passage)}: The stored text of press/article.txt has been changed."
        " Run `exhibit index build` to build it anew."
        for passage in of_article
    ]


@pytest.mark.parametrize("factor", [0.0, 0.9, 1.1, float("nan")])
def test_a_vector_of_another_length_is_found(generation: Generation, factor: float) -> None:
    """Its cosines would be none."""
    vectors = generation.dense.vectors.copy()
    vectors[1] *= np.float32(factor)
    wrong = replace(generation, dense=DenseIndex(vectors))
    assert list(faults(wrong)) == [f"The vector of {place(generation.passages[1])} is not of length 1."]
