"""The reader's network: MiniLM with two scores a token."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel


class ReaderNetwork(nn.Module):
    """A transformer that reads question and text together.

    A statement's score is the mean over its tokens of a linear map of their vectors; "none of these"
    is a linear map of the first token's. A softmax over the statements of a text and "none" says
    which of them answers. Since the map and the mean commute, the network yields a score a token.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        # No dropout: one or two passes over the examples do not overfit, and drawing the random
        # numbers takes half of the time on a processor.
        self.encoder = AutoModel.from_pretrained(
            str(folder),
            local_files_only=True,
            use_safetensors=True,
            add_pooling_layer=False,
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        )
        size = self.encoder.config.hidden_size
        self.statement = nn.Linear(size, 1)
        self.none = nn.Linear(size, 1)

    def forward(self, tokens: Tensor, mask: Tensor, sides: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of every token, of shape (pairs, length), and of "none", of shape (pairs,)."""
        states = self.encoder(input_ids=tokens, attention_mask=mask, token_type_ids=sides).last_hidden_state
        return self.statement(states).squeeze(-1), self.none(states[:, 0]).squeeze(-1)


def statement_scores(tokens: Tensor, statements: Tensor, count: int) -> Tensor:
    """The mean score of each statement, of shape (pairs, count); minus infinity where there is none.

    Args:
        tokens: scores of shape (pairs, length).
        statements: which statement each token is in, negative outside, of the same shape.
    """
    inside = nn.functional.one_hot(statements.clamp(min=-1) + 1, count + 1)[:, :, 1:].to(tokens.dtype)
    sizes = inside.sum(1)
    means = torch.einsum("pl,pls->ps", tokens, inside) / sizes.clamp(min=1)
    return means.masked_fill(sizes == 0, float("-inf"))


def loss_of(statements: Tensor, none: Tensor, answers: Tensor) -> Tensor:
    """The negative log probability that a right one is chosen, for each pair.

    Half of it asks that any of the right ones be chosen, since an answer may be labelled wherever its words
    occur; half asks it of each of them alike, so that all sentences of an answer get their share.

    Args:
        answers: 1 where a statement answers, of the shape of `statements`; where no statement of a
            pair does, "none" is right.
    """
    scores = torch.cat([none.unsqueeze(1), statements], dim=1)
    right = torch.cat([(answers.sum(1, keepdim=True) == 0).to(answers.dtype), answers], dim=1)
    logs = scores.log_softmax(dim=1)
    any_of_them = logs.masked_fill(right == 0, float("-inf")).logsumexp(dim=1)
    each_of_them = logs.masked_fill(right == 0, 0.0).sum(1) / right.sum(1)
    return -(any_of_them + each_of_them) / 2


def choice_loss_of(statements: Tensor, none: Tensor, answers: Tensor, questions: Tensor) -> Tensor:
    """The negative log probability that a right statement is chosen among all passages of its question.

    A statement counts for what it has over its passage's "none", as when passages are put in order. To
    contrast the passages that a ranking puts first is from Gao et al., "Rethink Training of BERT Rerankers
    in Multi-Stage Retrieval Pipeline", ECIR 2021.

    Args:
        questions: which question each pair is of, of shape (pairs,).

    Returns:
        the mean over the questions that are answered somewhere, a scalar; 0 if there is none.
    """
    over = statements - none.unsqueeze(1)
    losses = []
    for question in set(questions.tolist()):
        mine = questions == question
        right = answers[mine] > 0
        if right.any():
            losses.append(over[mine].logsumexp((0, 1)) - over[mine][right].logsumexp(0))
    return torch.stack(losses).mean() if losses else statements.new_zeros(())
