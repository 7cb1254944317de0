"""Training goes as planned, and goes on where it was."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.optim import AdamW
from transformers import BertConfig, BertModel

from index.encoder import model_folder
from index.pairs import PairTokenizer
from index.training import train
from index.training.examples import Example, write_examples
from index.training.network import ReaderNetwork
from index.training.train import Course, Item, batches_of, items_of, schedule

TEXT = "Ash grows here. Oak grows there."
SPANS = ((0, 15), (16, 32))


def items(count: int) -> list[Item]:
    pair = PairTokenizer(model_folder() / "tokenizer.json").pairs
    return [
        Item(pair("oak " * (number % 7), [("ash", [])])[0], (), number, number) for number in range(count)
    ]


def test_the_rate_rises_and_falls() -> None:
    """Up to its height at the end of the warm-up, down to nothing at the end."""
    course = Course("first", epochs=1, batch=1, rate=1.0, warm_up=0.1)
    assert [course.rate_at(step, 100) for step in (0, 5, 10, 55, 100)] == pytest.approx([0, 0.5, 1, 0.5, 0])


def test_every_item_once_an_epoch() -> None:
    """In batches of the size, the same at every start, others in the next epoch."""
    made = items(23)
    batches = batches_of(made, 4, 0)
    assert sorted(item.count for batch in batches for item in batch) == list(range(23))
    assert max(map(len, batches)) == 4
    assert batches == batches_of(made, 4, 0)
    assert batches != batches_of(made, 4, 1)


def test_what_belongs_together_is_in_one_batch() -> None:
    """Whatever its length; only what is more than a batch is cut."""
    made = [replace(item, question=item.count // 3) for item in items(24)]
    made += [replace(item, question=99) for item in items(10)]
    batches = batches_of(made, 8, 0)
    assert sum(map(len, batches)) == 34
    assert max(map(len, batches)) <= 8
    for question in range(8):
        assert sum(any(item.question == question for item in batch) for batch in batches) == 1
    assert sum(any(item.question == 99 for item in batch) for batch in batches) == 2


def test_passages_of_a_question_belong_together_where_a_course_says_so() -> None:
    """Otherwise each stands alone."""
    tokenizer = PairTokenizer(model_folder() / "tokenizer.json")
    made = [Example("s", question, TEXT, SPANS, ()) for question in ("Oak?", "Ash?", "Oak?")]
    assert [item.question for item in items_of(made, tokenizer)] == [0, 1, 2]
    assert [item.question for item in items_of(made, tokenizer, together=True)] == [0, 1, 0]


def test_half_an_epoch_is_half_of_the_batches() -> None:
    """A course of one and a half passes takes the second only in half."""
    made = items(20)
    assert len(list(schedule(made, Course("first", epochs=1.5, batch=2, rate=1.0)))) == 15


@pytest.fixture
def small_model(tmp_path: Path) -> Path:
    """A model folder like the bundled one's, with one small layer."""
    folder = tmp_path / "small"
    torch.manual_seed(1)
    config = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    BertModel(config).save_pretrained(folder)
    shutil.copy(model_folder() / "tokenizer.json", folder)
    return folder


def test_a_batch_scores_as_each_of_its_items_alone(small_model: Path) -> None:
    """In the order of the batch, however it goes through the network; what is not there cannot be chosen."""
    tokenizer = PairTokenizer(model_folder() / "tokenizer.json")
    made = [
        Example("s", "Where is oak? " * (7 * number % 20 + 1), TEXT, SPANS[: number % 2 + 1], (0,))
        for number in range(20)
    ]
    batch = items_of(made, tokenizer)
    network = ReaderNetwork(small_model).eval()
    with torch.no_grad():
        scores, none, answers = train.forward(network, batch)
        alone = [train.forward(network, [item]) for item in batch]
    assert answers.tolist() == [[1.0, 0.0]] * 20
    for row, (own, nothing, _) in enumerate(alone):
        expected = [*own[0].tolist(), -math.inf][:2]
        assert scores[row].tolist() == pytest.approx(expected, abs=0.02)
        assert none[row].item() == pytest.approx(nothing.item(), abs=0.02)
    assert scores[:, 0].std() > 0.04


def test_goes_on_where_it_was(tmp_path: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after any checkpoint and started again, it ends with the same weights."""
    questions = ["Where is oak?", "Where is ash?", "Where is elm?", "Who grows?"]
    made = [
        Example("s", question, TEXT, SPANS, answers)
        for question, answers in zip(questions, ((1,), (0,), (), (0, 1)), strict=True)
    ]
    write_examples(tmp_path / "first.jsonl", made)
    # Every fourth is validated on: one with an answer and one without.
    write_examples(tmp_path / "validation.jsonl", made[:1] * 4 + made[2:3] * 4)
    monkeypatch.setattr(train, "_SAVE_EVERY", 1)
    monkeypatch.setattr(train, "model_folder", lambda: small_model)
    course = Course("first", epochs=1, batch=1, rate=1e-3)

    def run(name: str, stop_after: int | None = None) -> Path:
        out = tmp_path / name
        out.mkdir(exist_ok=True)
        saved = 0

        def save(folder: Path, network: ReaderNetwork, optimizer: AdamW, step: int) -> None:
            nonlocal saved
            original(folder, network, optimizer, step)
            saved += 1
            if saved == stop_after:
                raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            original = train.save
            patch.setattr(train, "save", save)
            if stop_after:
                with pytest.raises(KeyboardInterrupt):
                    train.train(tmp_path, out, course)
            else:
                train.train(tmp_path, out, course)
        return out

    whole = load_file(run("whole") / "reader.safetensors")
    run("broken", stop_after=2)
    broken = load_file(run("broken") / "reader.safetensors")
    assert whole.keys() == broken.keys()
    for name, value in whole.items():
        torch.testing.assert_close(value, broken[name], rtol=0, atol=1e-6)
    rows = [json.loads(line) for line in (tmp_path / "whole" / "curve.jsonl").read_text().splitlines()]
    assert rows[-1]["step"] == rows[-1]["of"] == 4


def test_a_course_begins_with_the_weights_of_the_one_before(
    tmp_path: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a rate of nothing, it ends with them; and one that is done is not gone through again."""
    monkeypatch.setattr(train, "model_folder", lambda: small_model)
    made = [Example("s", "Where is oak?", TEXT, SPANS, answers) for answers in ((1,), ())]
    for name in ("first", "second"):
        write_examples(tmp_path / f"{name}.jsonl", made)
    write_examples(tmp_path / "validation.jsonl", made[:1] * 4 + made[1:] * 4)
    first = train.train(tmp_path, tmp_path / "1", Course("first", epochs=1, batch=1, rate=1e-2))
    second = train.train(tmp_path, tmp_path / "2", Course("second", epochs=1, batch=1, rate=0.0), first)
    learnt, kept = load_file(first), load_file(second)
    for name, value in learnt.items():
        torch.testing.assert_close(value, kept[name], rtol=0, atol=1e-6)
    written = second.stat().st_mtime_ns
    assert train.train(tmp_path, tmp_path / "2", Course("second", epochs=1, batch=1, rate=1.0)) == second
    assert second.stat().st_mtime_ns == written
