"""Trains the reader; started again, it goes on where it was.

    python -m index.training.train --examples FOLDER --out FOLDER

There are two courses: the labelled sets, then our own questions. Each writes into a folder of
its own `checkpoint/` (weights and optimizer, safetensors), `curve.jsonl` and, at the end,
`reader.safetensors`; the second begins with what the first has learnt.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from corpus.models import Span
from index.encoder import model_folder
from index.pairs import Pair, PairTokenizer, padded
from index.training.examples import Example, read_examples
from index.training.network import ReaderNetwork, choice_loss_of, loss_of, statement_scores

SEED = 20261124
_SAVE_EVERY = 500
_VALIDATE_EVERY = 1000
_BUCKET = 1600
"""Examples that are sorted by length together, so that little is padded."""
_PART = 8
"""Examples that go through the network at once."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a part of the training goes."""

    name: str
    epochs: float
    rate: float
    together: bool = False
    """Whether the passages of one question stand in one batch, and compete."""
    batch: int = 32
    warm_up: float = 0.05

    def rate_at(self, step: int, steps: int) -> float:
        """Up in a straight line during warm-up, then down to nothing."""
        done = step / max(1, steps)
        return self.rate * min(done / self.warm_up, (1 - done) / (1 - self.warm_up))


COURSES = (
    Course("first", epochs=1.0, rate=7e-5),
    Course("second", epochs=0.7, rate=5e-5, together=True),
)


@dataclass(frozen=True, slots=True)
class Item:
    """An example as token numbers."""

    pair: Pair
    answers: tuple[int, ...]
    count: int
    """How many statements there are."""
    question: int
    """A number that items have in common which belong together."""


def items_of(examples: Sequence[Example], tokenizer: PairTokenizer, *, together: bool = False) -> list[Item]:
    """Tokenises examples; those whose answer lies beyond the length that is read are left out.

    Args:
        together: whether items of one question get the same number.
    """
    items: list[Item] = []
    numbers: dict[tuple[str, str], int] = {}
    for example in examples:
        spans = [Span(*span) for span in example.spans]
        [pair] = tokenizer.pairs(example.question, [(example.text, spans)])
        seen = set(pair.statements)
        answers = tuple(answer for answer in example.answers if answer in seen)
        if answers or not example.answers:
            asked = (example.source, example.question)
            number = numbers.setdefault(asked, len(numbers)) if together else len(items)
            items.append(Item(pair, answers, len(spans), number))
    return items


def batches_of(items: Sequence[Item], size: int, epoch: int) -> list[list[Item]]:
    """The batches of one epoch, the same at every start; what belongs together is in one, where it fits."""
    chance = random.Random(SEED + epoch)
    by_question: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        by_question[item.question].append(item)
    asked = [
        each[first : first + size] for each in by_question.values() for first in range(0, len(each), size)
    ]
    chance.shuffle(asked)
    batches: list[list[Item]] = []
    for bucket in _filled(asked, _BUCKET):
        bucket.sort(key=lambda each: max(len(item.pair.tokens) for item in each))
        batches += [[item for each in batch for item in each] for batch in _filled(bucket, size)]
    chance.shuffle(batches)
    return batches


def _filled(asked: Sequence[list[Item]], size: int) -> Iterator[list[list[Item]]]:
    """What is asked, in order, in parts of at most so many items."""
    part: list[list[Item]] = []
    for each in asked:
        if sum(map(len, part)) + len(each) > size:
            yield part
            part = []
        part.append(each)
    if part:
        yield part


def forward(network: ReaderNetwork, batch: Sequence[Item]) -> tuple[Tensor, Tensor, Tensor]:
    """Statement scores, "none" scores and the right answers of a batch.

    It goes through the network in parts of like length, so that little is padded where what belongs
    together differs in length.
    """
    count = max(item.count for item in batch)
    answers = torch.zeros(len(batch), count)
    for row, item in enumerate(batch):
        answers[row, list(item.answers)] = 1
    order = sorted(range(len(batch)), key=lambda at: len(batch[at].pair.tokens))
    scores, none = [], []
    for start in range(0, len(order), _PART):
        inputs = padded([batch[at].pair for at in order[start : start + _PART]])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            tokens, nothing = network(*map(torch.from_numpy, (inputs.tokens, inputs.mask, inputs.sides)))
        scores.append(statement_scores(tokens.float(), torch.from_numpy(inputs.statements), count))
        none.append(nothing.float())
    places = torch.tensor(order).argsort()
    return torch.cat(scores)[places], torch.cat(none)[places], answers


@torch.no_grad()
def validate(network: ReaderNetwork, items: Sequence[Item], size: int) -> dict[str, float]:
    """How often the right statement has the best score, and how well answers are told from none."""
    network.eval()
    losses, right, answered, margins, labels = [], 0, 0, [], []
    for batch in batches_of(items, size, 0):
        scores, none, answers = forward(network, batch)
        losses += loss_of(scores, none, answers).tolist()
        margins += (scores.logsumexp(1) - none).tolist()
        labels += [bool(item.answers) for item in batch]
        for row, item in enumerate(batch):
            if item.answers:
                answered += 1
                right += int(scores[row].argmax()) in item.answers
    network.train()
    return {"loss": float(np.mean(losses)), "statement": right / answered, "auroc": _auroc(margins, labels)}


def _auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    ranks = np.argsort(np.argsort(scores)) + 1
    chosen = np.asarray(labels)
    good, bad = int(chosen.sum()), int((~chosen).sum())
    return float((ranks[chosen].sum() - good * (good + 1) / 2) / (good * bad))


def save(folder: Path, network: ReaderNetwork, optimizer: torch.optim.AdamW, step: int) -> None:
    """Writes a checkpoint aside and puts it in the place of the one before."""
    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    save_file(
        {name: value.contiguous() for name, value in network.state_dict().items()},
        aside / "weights.safetensors",
    )
    moments = {
        f"{at}.{name}": value.contiguous()
        for at, state in optimizer.state_dict()["state"].items()
        for name, value in state.items()
    }
    save_file(moments, aside / "optimizer.safetensors")
    (aside / "step.json").write_text(json.dumps({"step": step}), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)


def resume(folder: Path, network: ReaderNetwork, optimizer: torch.optim.AdamW) -> int:
    """Loads the checkpoint, where there is one; returns the step to go on from."""
    if not (folder / "step.json").exists():
        return 0
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in load_file(folder / "optimizer.safetensors").items():
        at, moment = name.split(".")
        state.setdefault(int(at), {})[moment] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    step: int = json.loads((folder / "step.json").read_text(encoding="utf-8"))["step"]
    return step


def schedule(items: Sequence[Item], course: Course) -> Iterator[list[Item]]:
    """Every batch of a course, epoch after epoch."""
    for epoch in range(math.ceil(course.epochs)):
        batches = batches_of(items, course.batch, epoch)
        yield from batches[: round(len(batches) * min(1.0, course.epochs - epoch))]


def train(examples: Path, out: Path, course: Course, start: Path | None = None) -> Path:
    """Goes through a course from its last checkpoint to its end; returns the weights.

    Args:
        start: the weights to begin with; None for those of the embedding model.
    """
    finished = out / "reader.safetensors"
    if finished.exists():
        return finished
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    tokenizer = PairTokenizer(model_folder() / "tokenizer.json")
    learnt = list(read_examples(examples / f"{course.name}.jsonl"))
    items = items_of(learnt, tokenizer, together=course.together)
    held_out = items_of(list(read_examples(examples / "validation.jsonl"))[::4], tokenizer)
    batches = list(schedule(items, course))
    network = ReaderNetwork(model_folder())
    if start:
        network.load_state_dict(load_file(start))
    optimizer = torch.optim.AdamW(network.parameters(), lr=course.rate, weight_decay=0.01)
    first = resume(out / "checkpoint", network, optimizer)
    network.train()
    started, losses = time.monotonic(), []
    for step in range(first, len(batches)):
        for group in optimizer.param_groups:
            group["lr"] = course.rate_at(step, len(batches))
        scores, none, answers = forward(network, batches[step])
        loss = loss_of(scores, none, answers).mean()
        if course.together:
            questions = torch.tensor([item.question for item in batches[step]])
            loss += choice_loss_of(scores, none, answers, questions)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        done = step + 1
        if done % 100 == 0 or done == len(batches):
            row: dict[str, float] = {"step": done, "of": len(batches), "loss": float(np.mean(losses[-100:]))}
            row["examples_per_second"] = (done - first) * course.batch / (time.monotonic() - started)
            if done % _VALIDATE_EVERY == 0 or done == len(batches):
                row |= {
                    f"validation_{key}": value
                    for key, value in validate(network, held_out, course.batch).items()
                }
            with (out / "curve.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            print(json.dumps(row), flush=True)
        if done % _SAVE_EVERY == 0:
            save(out / "checkpoint", network, optimizer, done)
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, finished)
    return finished


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=Path, required=True, help="what index.training.prepare wrote")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints and weights go")
    parser.add_argument("--courses", type=int, default=len(COURSES), help="how many of the courses to take")
    arguments = parser.parse_args()
    weights = None
    for course in COURSES[: arguments.courses]:
        weights = train(arguments.examples, arguments.out / course.name, course, weights)
        print(weights)


if __name__ == "__main__":
    main()
