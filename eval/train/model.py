"""The network: MiniLM over question and passage, and a logit for each sentence."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from eval.train.encoder import NEVER, shipped_encoder


class ReaderNet(nn.Module):
    """The shipped encoder's own weights under three small heads.

    A sentence is the mean of its tokens, and beside it their mean weighted by
    an attention of its own, which finds the words that answer; both go through
    a layer to one logit. "None of these" is judged from [CLS] alike.
    """

    def __init__(self, attention: str = "byline") -> None:
        super().__init__()
        self.encoder = shipped_encoder(attention)
        width = self.encoder.config.hidden_size
        self.attend = nn.Linear(width, 1)
        self.score = nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Linear(width, 1))
        self.none = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1))

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, spans: Tensor
    ) -> Tensor:
        """`(n, 1 + s)`: the logit of "none", then one per sentence; shapes as `rag.reader.arrays`.

        A row of `spans` without tokens is no sentence and gets a logit that never counts.
        """
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        size = spans.sum(-1, keepdim=True)
        mean = torch.matmul(spans, hidden) / size.clamp(min=1)
        inside = self.attend(hidden).transpose(1, 2) + (spans - 1) * -NEVER
        found = torch.matmul(torch.softmax(inside, -1), hidden)
        scores = self.score(torch.cat((mean, found), -1)).squeeze(-1)
        scores = scores + (size.squeeze(-1) == 0) * NEVER
        return torch.cat((self.none(hidden[:, 0]), scores), -1)


def loss(logits: Tensor, answers: Sequence[frozenset[int]], sentence_weight: float) -> Tensor:
    """Of a batch, mean: choosing an answer (or none) among all, and each sentence against none.

    The first is the negative log of the summed probability of what is right
    (a sentence that also answers, unmarked, may be preferred to none); the
    second is a binary cross-entropy of `sentence - none`, which keeps the
    log-odds comparable where passages differ in length.
    """
    logits = logits.float()
    right = torch.zeros(logits.shape, dtype=torch.bool)
    for row, found in enumerate(answers):
        right[row, [n + 1 for n in found] or [0]] = True
    chosen = logits.log_softmax(-1).masked_fill(~right, -torch.inf).logsumexp(-1)
    odds = logits[:, 1:] - logits[:, :1]
    there = logits[:, 1:] > NEVER / 2
    each = nn.functional.binary_cross_entropy_with_logits(
        odds[there], right[:, 1:][there].float(), reduction="sum"
    ) / len(answers)
    return -chosen.mean() + sentence_weight * each
