"""A CrossEncoder that the operator names: what it is given to read, and the models that are refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from corpus.models import Document, Passage, Span
from corpus.statements import outline_of
from index.crossencoder import CrossEncoderReader, cross_encoder_folder
from index.encoder import model_folder
from index.errors import ModelError
from index.query import Query
from index.reader import Candidate, Reader
from tests.conftest import tiny_cross_encoder

QUESTION = "where was the red ledger"
EXCHANGE = "Ms Lee: Where was the red ledger?\n\nMr Doe: On the table. Nobody had moved it.\n"
PROSE = "The ledger was red. It was on the table.\n"


@pytest.fixture(scope="module")
def reader(cross_encoder: Path) -> CrossEncoderReader:
    """The tiny model, loaded once."""
    return CrossEncoderReader(str(cross_encoder), threads=1)


def query_of(question: str) -> Query:
    """A query of which a cross-encoder reads only the text."""
    return Query(question, np.zeros(1, dtype=np.float32), (), ())


def candidate_of(text: str) -> Candidate:
    """All of a text as one passage."""
    document = Document("a.txt", text, "0" * 64)
    span = Span(0, len(text.rstrip()))
    return Candidate(document, Passage("a.txt", span), outline_of(document).within(span))


def logits(folder: Path, texts: list[str]) -> list[float]:
    """What sentence-transformers itself says of the question with each text, before its sigmoid."""
    import torch
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    scores = model.predict([(QUESTION, text) for text in texts], activation_fn=torch.nn.Identity())
    return [float(score) for score in scores]


def softmax(scores: list[float]) -> list[float]:
    """Shares by the book."""
    weights = np.exp(scores) / np.exp(scores).sum()
    return [float(weight) for weight in weights]


def test_the_passage_gives_the_margin_and_its_statements_the_shares(
    reader: CrossEncoderReader, cross_encoder: Path
) -> None:
    """An answer is read with its question before it; the model's scores are taken as they are."""
    (reading,) = reader.read(query_of(QUESTION), [candidate_of(EXCHANGE)])
    asked = "Where was the red ledger?"
    whole, *statements = logits(
        cross_encoder, [EXCHANGE.rstrip(), asked, f"{asked}\nOn the table.", f"{asked}\nNobody had moved it."]
    )
    assert reading.margin == pytest.approx(whole, abs=1e-5)
    assert reading.shares == pytest.approx(softmax(statements), abs=1e-5)
    assert len(set(reading.shares)) == 3


def test_prose_is_read_sentence_by_sentence(reader: CrossEncoderReader, cross_encoder: Path) -> None:
    """Without what stands before each."""
    (reading,) = reader.read(query_of(QUESTION), [candidate_of(PROSE)])
    statements = logits(cross_encoder, ["The ledger was red.", "It was on the table."])
    assert reading.shares == pytest.approx(softmax(statements), abs=1e-5)


def test_of_a_long_question_the_end_is_read(reader: CrossEncoderReader, cross_encoder: Path) -> None:
    """So that its answer is not what the model's window leaves out."""
    asked = " ".join(f"word{number}" for number in range(100))
    (reading,) = reader.read(query_of(QUESTION), [candidate_of(f"A: {asked}?\n\nB: Yes. No.\n")])
    end = f"{asked}?".split(maxsplit=40)[-1]
    expected = softmax(logits(cross_encoder, [f"{asked}?", f"{end}\nYes.", f"{end}\nNo."]))
    assert reading.shares == pytest.approx(expected, abs=1e-5)


def test_each_candidate_has_its_own_reading(reader: CrossEncoderReader) -> None:
    """In order, whatever else is read."""
    query = query_of(QUESTION)
    offered = [candidate_of(EXCHANGE), candidate_of(PROSE), candidate_of("The safe was empty.\n")]
    together = reader.read(query, offered)
    alone = [reader.read(query, [each])[0] for each in offered]
    assert [each.margin for each in together] == pytest.approx([each.margin for each in alone], abs=1e-4)
    assert [len(each.shares) for each in together] == [3, 2, 1]


def test_nothing_to_read(reader: CrossEncoderReader) -> None:
    """No candidates, and one without statements, which is no answer."""
    query = query_of(QUESTION)
    assert reader.read(query, []) == []
    whole = candidate_of(PROSE)
    (reading,) = reader.read(query, [Candidate(whole.document, whole.passage, ())])
    assert (reading.shares, reading.margin) == ((), -10.0)


def test_its_calibration_is_kept_by_the_models_name(reader: Reader, cross_encoder: Path) -> None:
    """As the operator wrote it."""
    assert reader.name == str(cross_encoder)


def test_a_model_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an embedding model is."""

    def refuse(name: str, ignore_patterns: list[str]) -> str:
        raise ConnectionError(name, ignore_patterns)

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    with pytest.raises(ModelError) as raised:
        CrossEncoderReader("nobody/nothing")
    assert str(raised.value) == (
        "There is no model nobody/nothing: it is no folder, and the hub does not give it (ConnectionError)."
    )


def test_a_model_of_another_kind_is_refused() -> None:
    """It would be given scores by chance."""
    folder = model_folder()
    with pytest.raises(ModelError) as raised:
        CrossEncoderReader(str(folder))
    assert str(raised.value) == (
        f"The model {folder} is no cross-encoder: it does not score a question with a text. Set EXHIBIT_READER"
        " to one that does, or leave it unset."
    )


@pytest.mark.parametrize("labels", [2, 3])
def test_more_than_one_score_is_refused(tmp_path: Path, labels: int) -> None:
    """None of them would say how well a text answers; two are what is left out of a config.json."""
    folder = tiny_cross_encoder(tmp_path, labels)
    with pytest.raises(ModelError) as raised:
        CrossEncoderReader(str(folder))
    assert str(raised.value) == (
        f"The cross-encoder {folder} gives {labels} scores for a text, and a reader gives one. Set"
        " EXHIBIT_READER to one that ranks passages, or leave it unset."
    )


def test_only_safetensors_are_taken(cross_encoder: Path, tmp_path: Path) -> None:
    """A pickle could do anything when it is read."""
    shutil.copytree(cross_encoder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"has no model\.safetensors\. Only safetensors weights are used\.$"):
        CrossEncoderReader(str(tmp_path))


def test_code_that_comes_with_a_model_is_not_run(cross_encoder: Path, tmp_path: Path) -> None:
    """Neither the model's own, nor that of its parts."""
    shutil.copytree(cross_encoder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\nclass Model: ...\n")
    config = json.loads((tmp_path / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Model"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=rf"^The model in {tmp_path} cannot be loaded: "):
        CrossEncoderReader(str(tmp_path))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", [None, b"{", b"[]", b'{"architectures": 7}', b'{"id2label": 7}'])
def test_a_config_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """Instead of guessing what the weights are."""
    (tmp_path / "model.safetensors").write_bytes(b"x")
    if content is not None:
        (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ModelError) as raised:
        cross_encoder_folder(str(tmp_path))
    assert str(raised.value) == (
        f"The model {tmp_path} has no config.json that can be read. Name another one."
    )


def test_damaged_weights_are_refused(cross_encoder: Path, tmp_path: Path) -> None:
    """Naming the folder, whatever the library says of it."""
    shutil.copytree(cross_encoder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(ModelError, match=rf"^The model in {tmp_path} cannot be loaded: "):
        CrossEncoderReader(str(tmp_path))
