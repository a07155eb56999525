"""The weights of `rag.support`, as `python -m eval.train.weigh_verifier` printed them."""

from __future__ import annotations

WEIGHTS: tuple[float, ...] = (
    -0.41,  # covered
    0.80,  # aligned
    0.06,  # anywhere
    0.86,  # pairs
    -0.01,  # runs
    1.80,  # longest
    -0.60,  # missing
    -0.00,  # rarest
    -1.02,  # replaced
    0.26,  # modal
    0.24,  # length
    -4.20,  # number
    -2.60,  # name
    -2.63,  # date
    -3.23,  # negation
    -2.05,  # direction
    -0.31,  # quotation
    0.16,  # seams
    -0.22,  # sentences
    -0.94,  # invented
    0.30,  # forms
    -0.53,  # covered x covered
    -0.02,  # pairs x pairs
    0.07,  # aligned x aligned
    -0.35,  # pairs x covered
    -5.57,  # sentences x longest
    1.16,  # sentences x pairs
    0.98,  # sentences x covered
    0.47,  # seams x covered
    0.70,  # longest x covered
    0.64,  # missing x pairs
)
BIAS = -0.35
# Where a model judges too: until one was fitted with, its log-odds beside the same rules.
WEIGHTS_JUDGED: tuple[float, ...] = (
    *WEIGHTS,
    2.00,  # model
    0.00,  # worst word
    0.00,  # model x covered
)
BIAS_JUDGED = BIAS
