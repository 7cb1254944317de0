"""What every test may use: a small case on disk, and a searcher over it with vectors one can count."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import structlog

from bot.waiting import Clock
from corpus.library import load_case
from index.build import build_index
from index.encoder import Progress, Vectors, model_folder
from index.overlap import OverlapReader
from index.searcher import Searcher
from index.store import Store

if TYPE_CHECKING:
    from bot.client import ExhibitBot

TESTIMONY = """\
title: Hearing of 3 March 2025
date: 2025-03-03
source: https://example.org/hearings/1
kind: testimony

JANE HOPPER (sworn)

Ms Ada Lovelace: Did you see the red ledger on the night of the fire?

Jane Hopper: Yes. The red ledger was on the kitchen table.

Ms Ada Lovelace: Who had brought it there?

Jane Hopper: I do not know who brought it. I was asleep until the alarm.

(A short break)

Ms Ada Lovelace: How much money was missing from the safe?

Jane Hopper: About four thousand pounds were missing from the safe.
"""

ARTICLE = """\
The harbour company lost its archive in a fire last spring.
Investigators said the sprinklers had been switched off for repairs. The company denies that.
Two employees were questioned and released without charge.
"""

LETTER = """\
Dear Ann, I paid Jane Hopper 4,000 pounds on the night of the fire, and nobody saw it.
She would not tell me who had opened the safe. The ledger lay on the kitchen table.
"""
LETTERS = {
    "letter.txt": LETTER,
    "copy.txt": LETTER,
    "filed.txt": f"title: Exhibit 12\nsource: https://example.org/12\n\n{LETTER.upper()}",
    "second.txt": LETTER.replace("4,000", "5,000"),
}

CASE_FILE = """\
title = "The Harbour Fire"
court = "County Court"

[[parties]]
name = "Jane Hopper"
role = "witness"

[aliases]
"Jane Hopper" = ["Hopper", "Mrs Hopper"]

[labels]
press = "Press report"

[[documents]]
path = "press/article.txt"
title = "Archive lost in harbour fire"
publisher = "The Gazette"
kind = "press"
"""


class CountingEncoder:
    """Counts words: one axis for each word of a vocabulary, and a last one that is always 1.

    A vector is those counts divided by their length, so that every cosine can be worked out by hand.
    """

    name = "counting"
    sha256 = "c0" * 32

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._axes = {word: axis for axis, word in enumerate(sorted(set(vocabulary)))}
        self.dimension = len(self._axes) + 1
        self.encoded: list[str] = []
        """Every text that was ever encoded, in order."""

    def knows_word(self, word: str) -> bool:
        return word in self._axes

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        self.encoded += texts
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                if word in self._axes:
                    vectors[row, self._axes[word]] += 1
            vectors[row, -1] = 1
            if on_progress:
                on_progress(1)
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


class FlyingClock(Clock):
    """Time that goes by only while somebody sleeps, and then at once."""

    def __init__(self) -> None:
        self.time = 1_750_000_000.0
        self.slept: list[float] = []
        """How long each sleep was."""

    def now(self) -> float:
        return self.time

    def elapsed(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


def fly(bot: ExhibitBot) -> FlyingClock:
    """Gives a bot that is not yet on Discord a clock that flies."""
    from bot.delivery import Delivery
    from bot.identifies import IdentifyBudget

    bot.clock = clock = FlyingClock()
    bot.delivery = Delivery(clock)
    bot.identifies = IdentifyBudget(bot.state, clock)
    return clock


class FailingSync:
    """A disk that fails at one of its syncs, and only there."""

    def __init__(self, fail_at: int, number: int = errno.ENOSPC) -> None:
        self.calls = 0
        self._fail_at = fail_at
        self._number = number
        self._fsync = os.fsync

    def __call__(self, descriptor: int) -> None:
        self.calls += 1
        if self.calls == self._fail_at:
            raise OSError(self._number, os.strerror(self._number))
        self._fsync(descriptor)


def words(text: str) -> list[str]:
    """The words that `CountingEncoder` counts."""
    return re.findall(r"[a-z]+", text.lower())


@pytest.fixture
def case_dir(tmp_path: Path) -> Path:
    """A case of two documents with a case.toml."""
    root = tmp_path / "harbour"
    for path, text in (("hearing.txt", TESTIMONY), ("press/article.txt", ARTICLE)):
        file = root / "documents" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (root / "case.toml").write_text(CASE_FILE, encoding="utf-8")
    return root


@pytest.fixture
def encoder() -> CountingEncoder:
    """An encoder that knows the words of the small case."""
    return CountingEncoder(words(TESTIMONY + ARTICLE))


@pytest.fixture
def store(tmp_path: Path, case_dir: Path) -> Store:
    """Where the small case's index goes; empty."""
    return Store(tmp_path / "data", case_dir)


@pytest.fixture
def searcher(case_dir: Path, store: Store, encoder: CountingEncoder) -> Searcher:
    """A searcher over the small case."""
    return Searcher(build_index(load_case(case_dir), store, encoder), encoder, OverlapReader(encoder))


@pytest.fixture
def letters(tmp_path: Path) -> Searcher:
    """A searcher over one letter three times, twice to the byte, and a fourth that differs in one number."""
    root = tmp_path / "letters"
    (root / "documents").mkdir(parents=True)
    for path, text in LETTERS.items():
        (root / "documents" / path).write_text(text, encoding="utf-8")
    encoder = CountingEncoder(words(LETTER))
    generation = build_index(load_case(root), Store(tmp_path / "data", root), encoder)
    return Searcher(generation, encoder, OverlapReader(encoder))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, which only root can mount."""
    with mounted(tmp_path / "disk", megabytes=1) as folder:
        yield folder


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own in a new folder; where none can be mounted, the test is skipped."""
    mount = shutil.which("mount")
    folder.mkdir()
    command = [str(mount), "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a tmpfs cannot be mounted here: a disk that is really full is not tested")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def less_and_less_full(disk: Path) -> Iterator[None]:
    """Fills a disk but for no page, then for one, for two, and so on, at most for 59."""
    filler = disk / "filler"
    page = os.statvfs(disk).f_frsize
    for pages in range(60):
        filler.write_bytes(b"")
        filler.write_bytes(b"x" * (page * (os.statvfs(disk).f_bavail - pages)))
        yield


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """Leaves logging as it was found."""
    root, library = logging.getLogger(), logging.getLogger("discord")
    before = (root.level, list(root.handlers), library.level)
    yield
    structlog.reset_defaults()
    root.handlers[:] = before[1]
    root.setLevel(before[0])
    library.setLevel(before[2])


@pytest.fixture(scope="session")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny CrossEncoder of one score; what it thinks is chance, but always the same."""
    return tiny_cross_encoder(tmp_path_factory.mktemp("cross-encoder"))


def tiny_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """Saves a one-layer cross-encoder with the tokenizer of the model that ships."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,  # so that two texts differ
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(model_folder()).save_pretrained(folder)
    return folder
