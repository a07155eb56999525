"""The network: MiniLM over claim and evidence, a logit for every token of the claim and for all."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from eval.train.encoder import NEVER, shipped_encoder

_FAULT_WEIGHT = 2.0  # of a token at fault: most tokens are not
_PART_WEIGHT = 0.25  # of the two parts of the claim's logit, each judged alone


class VerifierNet(nn.Module):
    """The shipped encoder under two heads: "not borne out", of a token and, at [CLS], of all.

    The claim's logit is a weighted sum of the latter and of the log of the
    tokens' summed odds, which is a smooth maximum: one fault is enough.
    """

    def __init__(self, attention: str = "byline") -> None:
        super().__init__()
        self.encoder = shipped_encoder(attention)
        width = self.encoder.config.hidden_size
        last = nn.Linear(width, 1)
        self.word = nn.Sequential(nn.Linear(width, width), nn.GELU(), last)
        self.whole = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1))
        self.mix = nn.Parameter(torch.tensor([0.5, 0.5, 0.0]))
        nn.init.constant_(last.bias, -3.0)  # most words are borne out

    def parts(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, claim: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """`(n, t)` of tokens, `(n,)` of their smooth maximum and `(n,)` of [CLS]; all float32."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        words = self.word(hidden).squeeze(-1).float() + (1 - claim) * NEVER
        # The least token keeps a claim of none finite.
        most = torch.logsumexp(words, -1).clamp(min=-20)
        return words, most, self.whole(hidden[:, 0]).squeeze(-1).float()

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, claim: Tensor
    ) -> tuple[Tensor, Tensor]:
        """`(n,)` log-odds that the claim is borne out, `(n, t)` that a token is not."""
        words, most, whole = self.parts(input_ids, attention_mask, token_type_ids, claim)
        return -self.mixed(most, whole), words

    def mixed(self, most: Tensor, whole: Tensor) -> Tensor:
        """`(n,)` log-odds that the claim is not borne out, in full precision whatever the rest."""
        return self.mix[0] * most + self.mix[1] * whole + self.mix[2]


def loss(
    net: VerifierNet, inputs: dict[str, Tensor], supported: Tensor, faults: Tensor, weight: float
) -> Tensor:
    """Of a batch, mean: the claim's, its two parts' each alone, and the labelled tokens'.

    `supported` is `(n,)`; `faults` `(n, t)`, 1 at fault, 0 not, -1 unknown;
    `weight` is that of the tokens.
    """
    words, most, whole = net.parts(**inputs)
    judged = nn.functional.binary_cross_entropy_with_logits
    wrong = 1 - supported
    total = judged(net.mixed(most, whole), wrong) + _PART_WEIGHT * (
        judged(most, wrong) + judged(whole, wrong)
    )
    known = faults >= 0
    if known.any():
        labels = faults[known]
        each = judged(words[known], labels, reduction="none") * (1 + (_FAULT_WEIGHT - 1) * labels)
        total = total + weight * each.sum() / len(supported) / _TOKENS
    return total


_TOKENS = 8.0  # so many tokens' loss counts as one claim's
