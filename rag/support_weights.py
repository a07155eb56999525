"""The weights of `rag.support`, as `python -m eval.train.weigh_verifier` printed them."""

from __future__ import annotations

WEIGHTS: tuple[float, ...] = (
    -0.52,  # covered
    0.80,  # aligned
    0.06,  # anywhere
    0.90,  # pairs
    -0.01,  # runs
    1.91,  # longest
    -0.66,  # missing
    -0.02,  # rarest
    -1.04,  # replaced
    0.25,  # modal
    0.14,  # length
    -4.22,  # number
    -2.55,  # name
    -2.63,  # date
    -3.22,  # negation
    -2.04,  # direction
    -0.31,  # quotation
    0.13,  # seams
    -0.23,  # sentences
    -0.98,  # invented
    0.30,  # forms
    -0.56,  # covered x covered
    -0.00,  # pairs x pairs
    0.04,  # aligned x aligned
    -0.40,  # pairs x covered
    -5.62,  # sentences x longest
    1.09,  # sentences x pairs
    1.03,  # sentences x covered
    0.50,  # seams x covered
    0.63,  # longest x covered
    0.74,  # missing x pairs
)
BIAS = -0.13
# Where a model judges too: until one was fitted with, its log-odds beside the same rules.
WEIGHTS_JUDGED: tuple[float, ...] = (
    *WEIGHTS,
    2.00,  # model
    0.00,  # worst word
    0.00,  # model x covered
)
BIAS_JUDGED = BIAS
