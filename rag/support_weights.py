"""The weights of `rag.support`, as `python -m eval.train.weigh_verifier` printed them."""

from __future__ import annotations

WEIGHTS: tuple[float, ...] = (
    0.37,  # covered
    1.17,  # aligned
    -0.10,  # anywhere
    1.17,  # pairs
    -0.02,  # runs
    2.17,  # longest
    0.19,  # missing
    -0.36,  # rarest
    -1.09,  # replaced
    0.10,  # modal
    0.05,  # length
    -5.02,  # number
    -2.93,  # name
    -2.90,  # date
    -3.75,  # negation
    -1.83,  # direction
    0.18,  # quotation
    0.13,  # seams
    -0.14,  # sentences
    -1.17,  # invented
    0.26,  # forms
    -0.80,  # covered x covered
    0.41,  # pairs x pairs
    -0.04,  # aligned x aligned
    -0.42,  # pairs x covered
    -6.50,  # sentences x longest
    1.48,  # sentences x pairs
    1.02,  # sentences x covered
    0.57,  # seams x covered
    1.14,  # longest x covered
    0.39,  # missing x pairs
)
BIAS = -0.99
# Where a model judges too.
WEIGHTS_JUDGED: tuple[float, ...] = (
    -0.20,  # covered
    1.02,  # aligned
    0.15,  # anywhere
    1.03,  # pairs
    0.17,  # runs
    2.28,  # longest
    -0.07,  # missing
    0.26,  # rarest
    -0.95,  # replaced
    0.32,  # modal
    0.79,  # length
    -4.67,  # number
    -2.57,  # name
    -2.53,  # date
    -3.24,  # negation
    -1.44,  # direction
    0.37,  # quotation
    0.12,  # seams
    -0.04,  # sentences
    -0.93,  # invented
    0.17,  # forms
    -0.57,  # covered x covered
    0.13,  # pairs x pairs
    0.12,  # aligned x aligned
    -0.27,  # pairs x covered
    -5.98,  # sentences x longest
    1.17,  # sentences x pairs
    1.27,  # sentences x covered
    0.39,  # seams x covered
    1.03,  # longest x covered
    1.80,  # missing x pairs
    1.74,  # model
    0.21,  # worst word
    -1.14,  # second word
    0.18,  # words
    -1.05,  # near
    3.24,  # model x near
    -1.48,  # worst word x near
    0.76,  # second word x near
    2.64,  # words x near
)
BIAS_JUDGED = -1.90
