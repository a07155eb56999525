"""The weights of `rag.support`, as `python -m eval.train.weigh_verifier` printed them."""

from __future__ import annotations

WEIGHTS: tuple[float, ...] = (
    0.35,  # covered
    1.16,  # aligned
    -0.09,  # anywhere
    1.16,  # pairs
    0.00,  # runs
    2.16,  # longest
    0.18,  # missing
    -0.37,  # rarest
    -1.09,  # replaced
    0.10,  # modal
    0.05,  # length
    -4.98,  # number
    -2.93,  # name
    -2.90,  # date
    -3.75,  # negation
    -1.83,  # direction
    0.19,  # quotation
    0.13,  # seams
    -0.13,  # sentences
    -1.17,  # invented
    0.25,  # forms
    -0.81,  # covered x covered
    0.42,  # pairs x pairs
    -0.03,  # aligned x aligned
    -0.44,  # pairs x covered
    -6.52,  # sentences x longest
    1.48,  # sentences x pairs
    1.04,  # sentences x covered
    0.57,  # seams x covered
    1.14,  # longest x covered
    0.40,  # missing x pairs
)
BIAS = -0.97
# Where a model judges too.
WEIGHTS_JUDGED: tuple[float, ...] = (
    -0.07,  # covered
    1.02,  # aligned
    0.06,  # anywhere
    0.96,  # pairs
    0.20,  # runs
    2.21,  # longest
    0.43,  # missing
    -0.23,  # rarest
    -1.03,  # replaced
    0.31,  # modal
    0.52,  # length
    -4.67,  # number
    -2.61,  # name
    -2.49,  # date
    -2.98,  # negation
    -1.68,  # direction
    0.28,  # quotation
    0.13,  # seams
    0.04,  # sentences
    -1.00,  # invented
    0.26,  # forms
    -0.80,  # covered x covered
    -0.13,  # pairs x pairs
    -0.06,  # aligned x aligned
    -0.42,  # pairs x covered
    -6.23,  # sentences x longest
    1.16,  # sentences x pairs
    1.34,  # sentences x covered
    0.40,  # seams x covered
    1.16,  # longest x covered
    1.41,  # missing x pairs
    2.29,  # model
    -0.47,  # worst word
    0.41,  # model x covered
)
BIAS_JUDGED = -1.16
