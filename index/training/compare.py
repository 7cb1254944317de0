"""Measures what quantising the reader costs: the same held-out examples, before and after.

    python -m index.training.compare --examples FOLDER --models FOLDER [--every 10]

`--models` is where `index.training.export` wrote. A line a network: how well it tells texts with an
answer from those without, how often its best statement is a right one, and the milliseconds of a text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from corpus.models import Span
from index.encoder import model_folder
from index.pairs import PairTokenizer
from index.reader import Reading
from index.trained import TrainedReader
from index.training.examples import Example, read_examples


@dataclass(frozen=True, slots=True)
class Read:
    """An example, what a network made of it, and how long that took."""

    example: Example
    reading: Reading
    milliseconds: float


def read_all(examples: Sequence[Example], weights: Path, threads: int) -> list[Read]:
    """Reads every example with one network."""
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    reader = TrainedReader(threads, weights, digest)
    tokenizer = PairTokenizer(model_folder() / "tokenizer.json")
    found = []
    for example in examples:
        spans = [Span(*span) for span in example.spans]
        [pair] = tokenizer.pairs(example.question, [(example.text, spans)])
        started = time.perf_counter()
        reading = reader.read_pair(pair, len(spans))
        found.append(Read(example, reading, (time.perf_counter() - started) * 1000))
    return found


def figures_of(read: Sequence[Read]) -> dict[str, float]:
    """The figures of one network."""
    answered = [one for one in read if one.example.answers]
    return {
        "examples": len(read),
        "auroc": float(
            roc_auc_score([bool(one.example.answers) for one in read], [one.reading.margin for one in read])
        ),
        "statement": float(
            np.mean([int(np.argmax(one.reading.shares)) in one.example.answers for one in answered])
        ),
        "p50_ms": float(np.median([one.milliseconds for one in read])),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=Path, required=True, help="what index.training.prepare wrote")
    parser.add_argument("--models", type=Path, required=True, help="what index.training.export wrote")
    parser.add_argument("--every", type=int, default=10, help="take every so-manieth example")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    examples = list(read_examples(arguments.examples / "validation.jsonl"))[:: arguments.every]
    for name in ("reader.float32.onnx", "reader.onnx"):
        figures = figures_of(read_all(examples, arguments.models / name, arguments.threads))
        print(name, json.dumps({key: round(value, 4) for key, value in figures.items()}))


if __name__ == "__main__":
    main()
