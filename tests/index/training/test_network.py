"""The arithmetic of the reader's training, worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from index.training.network import choice_loss_of, loss_of, statement_scores

INF = float("inf")


def test_a_statement_scores_the_mean_of_its_tokens() -> None:
    """What is outside of statements does not count; a statement without tokens cannot be chosen."""
    tokens = torch.tensor([[9.0, 1.0, 3.0, 5.0]])
    statements = torch.tensor([[-1, 0, 0, 2]])
    assert statement_scores(tokens, statements, 3).tolist() == [[2.0, -INF, 5.0]]


def test_loss_of_an_answer() -> None:
    """Half for any of the right ones, 3 of 8; half for each of them, 1 of 8 and 2 of 8."""
    scores = torch.tensor([[0.0, math.log(2), math.log(4)]])
    loss = loss_of(scores, torch.tensor([0.0]), torch.tensor([[1.0, 1.0, 0.0]]))
    each = (math.log(1 / 8) + math.log(2 / 8)) / 2
    assert loss.tolist() == pytest.approx([-(math.log(3 / 8) + each) / 2], rel=1e-5)


def test_loss_of_none() -> None:
    """Where nothing answers, "none" is right: 1 of (1 + 2 + 4 + 1)."""
    scores = torch.tensor([[0.0, math.log(2), math.log(4)]])
    loss = loss_of(scores, torch.tensor([0.0]), torch.zeros(1, 3))
    assert loss.tolist() == pytest.approx([math.log(8)], rel=1e-5)


def test_statements_that_are_not_there_cost_nothing() -> None:
    """Pairs of a batch have different numbers of statements."""
    scores = torch.tensor([[0.0, -INF, -INF]])
    loss = loss_of(scores, torch.tensor([0.0]), torch.tensor([[1.0, 0.0, 0.0]]))
    assert loss.tolist() == pytest.approx([math.log(2)], rel=1e-5)


def test_a_missing_statement_has_no_gradient() -> None:
    """The others have one that is a number."""
    scores = torch.tensor([[0.5, -0.5, 0.0]], requires_grad=True)
    masked = scores.masked_fill(torch.tensor([[False, False, True]]), -INF)
    loss = loss_of(masked, torch.tensor([0.0]), torch.tensor([[1.0, 0.0, 0.0]]))
    [gradient] = torch.autograd.grad(loss.sum(), scores)
    assert gradient.isfinite().all()
    assert gradient[0, 2] == 0
    assert gradient[0, 0] < 0 < gradient[0, 1]


def test_passages_of_a_question_compete() -> None:
    """The right one of 4/2 against 1/2 beside it, and 2/1 and 1/1 in the other passage: 4 of 11; then 1 of 2."""
    scores = torch.tensor([[math.log(4), 0.0], [math.log(2), 0.0], [0.0, -INF], [0.0, -INF]])
    none = torch.tensor([math.log(2), 0.0, 0.0, 0.0])
    answers = torch.tensor([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    loss = choice_loss_of(scores, none, answers, torch.tensor([7, 7, 3, 3]))
    assert loss.item() == pytest.approx((math.log(11 / 4) + math.log(2)) / 2, rel=1e-5)


def test_any_right_statement_may_be_chosen() -> None:
    """Of two passages that answer, 3 of 4."""
    scores = torch.tensor([[0.0, 0.0], [0.0, 0.0]])
    answers = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    loss = choice_loss_of(scores, torch.zeros(2), answers, torch.tensor([0, 0]))
    assert loss.item() == pytest.approx(math.log(4 / 3), rel=1e-5)


def test_where_nothing_answers_nothing_competes() -> None:
    """That every passage says none is asked of each alone; the gradient of it is a number."""
    scores = torch.zeros(2, 2, requires_grad=True)
    loss = choice_loss_of(scores, torch.zeros(2), torch.zeros(2, 2), torch.tensor([0, 0]))
    assert loss.item() == 0.0


def test_missing_statements_do_not_compete() -> None:
    """They have no gradient either."""
    scores = torch.tensor([[0.5, -0.5], [1.0, 0.0]], requires_grad=True)
    masked = scores.masked_fill(torch.tensor([[False, True], [False, False]]), -INF)
    answers = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    loss = choice_loss_of(masked, torch.zeros(2), answers, torch.tensor([0, 0]))
    [gradient] = torch.autograd.grad(loss, scores)
    assert gradient.isfinite().all()
    assert gradient[0, 1] == 0
    assert gradient[0, 0] < 0 < gradient[1, 0]
