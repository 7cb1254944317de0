"""The embedding model: the one that ships, and the ones that are refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.offline import offline
from index.encoder import BUNDLED, BUNDLED_SHA256, SentenceEncoder, model_folder, weights_sha256
from index.errors import ModelError

TEXTS = [
    "Do you know what distillation is?",
    "It means using one AI model to train another AI model.",
    "The safe was empty. " * 60,
    "x",
    "😀",
]


@pytest.fixture(scope="module")
def shipped() -> SentenceEncoder:
    """The model that ships, loaded once."""
    return SentenceEncoder(threads=1)


def fake(folder: Path, weights: bytes) -> Path:
    """A folder with weights that are none."""
    folder.mkdir(exist_ok=True)
    (folder / "model.safetensors").write_bytes(weights)
    return folder


def test_the_shipped_model_is_the_one_it_should_be(shipped: SentenceEncoder) -> None:
    """By its fingerprint; its vectors have 384 numbers and the length 1."""
    assert (shipped.name, shipped.sha256) == (BUNDLED, BUNDLED_SHA256)
    vectors = shipped.encode(TEXTS)
    assert shipped.dimension == 384
    assert vectors.shape == (len(TEXTS), 384)
    assert str(vectors.dtype) == "float32"
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_the_shipped_model_needs_no_network() -> None:
    """Neither to be loaded nor to encode."""
    with offline():
        vectors = SentenceEncoder(threads=1).encode(["x"])
    assert vectors.shape == (1, 384)


def test_vectors_are_sentence_transformers_own(shipped: SentenceEncoder) -> None:
    """In the order of the texts, although they are encoded by length."""
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)
    expected = np.stack([original.encode(text, normalize_embeddings=True) for text in TEXTS])
    assert shipped.encode(TEXTS) == pytest.approx(expected, abs=2e-6)


def test_near_in_meaning_is_near_in_cosine(shipped: SentenceEncoder) -> None:
    """Without a word in common."""
    question, near, far = shipped.encode(
        ["Who was recruited?", "They hired two scientists.", "The safe was empty."]
    )
    assert question @ near > question @ far + 0.1


def test_nothing_has_no_vectors(shipped: SentenceEncoder) -> None:
    """But the right shape; nothing is told."""
    told: list[int] = []
    assert shipped.encode([], told.append).shape == (0, 384)
    assert told == []


def test_tells_how_many_more_are_done(shipped: SentenceEncoder) -> None:
    """Batch by batch."""
    told: list[int] = []
    shipped.encode(["word"] * 33, told.append)
    assert told == [32, 1]


@pytest.mark.parametrize(("word", "known"), [("glove", True), ("savitt", False), ("xkcdqz", False)])
def test_knows_the_words_of_its_vocabulary(shipped: SentenceEncoder, word: str, known: bool) -> None:
    """As wholes, not in pieces."""
    assert shipped.knows_word(word) is known


def test_damaged_weights_of_the_shipped_model_are_refused(tmp_path: Path) -> None:
    """With the beginnings of what is and what should be; another model's may be anything."""
    folder = fake(tmp_path, b"not the weights")
    digest = hashlib.sha256(b"not the weights").hexdigest()
    with pytest.raises(ModelError) as raised:
        weights_sha256(folder, bundled=True)
    assert str(raised.value) == (
        f"The weights of {BUNDLED} are damaged: their SHA-256 begins {digest[:12]}, not {BUNDLED_SHA256[:12]}."
        " Run `make setup` again."
    )
    assert weights_sha256(folder, bundled=False) == digest


def test_the_shipped_model_is_checked_before_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle with other weights in it is no model."""
    fake(tmp_path / "model", b"not the weights")

    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr("index.encoder.find_spec", lambda _name: Spec)
    with pytest.raises(ModelError, match="are damaged: their SHA-256 begins"):
        SentenceEncoder()
    monkeypatch.setattr("index.encoder.find_spec", lambda _name: None)
    with pytest.raises(ModelError) as raised:
        SentenceEncoder()
    assert str(raised.value) == f"The embedding model {BUNDLED} is not installed. Run `make setup` again."


def test_only_safetensors_are_taken(tmp_path: Path) -> None:
    """A pickle could do anything when it is read."""
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(ModelError) as raised:
        SentenceEncoder(str(tmp_path))
    assert str(raised.value) == (
        f"The model in {tmp_path} has no model.safetensors. Only safetensors weights are used."
    )


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """Naming it, whatever the library says of it."""
    fake(tmp_path, b"not the weights")
    with pytest.raises(ModelError, match=rf"^The model in {tmp_path} cannot be loaded: "):
        SentenceEncoder(str(tmp_path))


def test_a_folder_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also below home; nothing is asked of the hub."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "model").mkdir()
    assert model_folder(str(tmp_path / "model")) == model_folder("~/model") == tmp_path / "model"


def test_a_name_that_the_hub_does_not_give_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence, whatever the hub's library raises."""

    def refuse(name: str, ignore_patterns: list[str]) -> str:
        assert "*.bin" in ignore_patterns
        raise ConnectionError(name)

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    with pytest.raises(ModelError) as raised:
        model_folder("nobody/nothing")
    assert str(raised.value) == (
        "There is no model nobody/nothing: it is no folder, and the hub does not give it (ConnectionError)."
    )


def test_a_home_folder_that_is_not_there_is_a_sentence() -> None:
    """As everything else that is wrong with a model's name."""
    with pytest.raises(ModelError) as caught:
        model_folder("~nobody-of-this-name/model")
    assert str(caught.value) == (
        "There is no model ~nobody-of-this-name/model: there is no such home folder."
    )
