"""The weights of `rag.support`, as `python -m eval.train.weigh_verifier` printed them."""

from __future__ import annotations

WEIGHTS: tuple[float, ...] = (
    0.32,  # covered
    1.13,  # aligned
    -0.14,  # anywhere
    1.16,  # pairs
    -0.06,  # runs
    2.27,  # longest
    0.21,  # missing
    -0.32,  # rarest
    -1.10,  # replaced
    0.10,  # modal
    -0.12,  # length
    -5.15,  # number
    -2.96,  # name
    -2.90,  # date
    -3.78,  # negation
    -1.83,  # direction
    0.17,  # quotation
    0.14,  # seams
    -0.11,  # sentences
    -1.16,  # invented
    0.27,  # forms
    -0.80,  # covered x covered
    0.44,  # pairs x pairs
    0.01,  # aligned x aligned
    -0.41,  # pairs x covered
    -6.79,  # sentences x longest
    1.49,  # sentences x pairs
    1.11,  # sentences x covered
    0.57,  # seams x covered
    1.28,  # longest x covered
    0.41,  # missing x pairs
)
BIAS = -0.94
# Where a model judges too.
WEIGHTS_JUDGED: tuple[float, ...] = (
    -0.24,  # covered
    0.98,  # aligned
    0.09,  # anywhere
    1.01,  # pairs
    0.14,  # runs
    2.33,  # longest
    -0.06,  # missing
    0.29,  # rarest
    -0.96,  # replaced
    0.33,  # modal
    0.64,  # length
    -4.79,  # number
    -2.60,  # name
    -2.53,  # date
    -3.27,  # negation
    -1.42,  # direction
    0.37,  # quotation
    0.13,  # seams
    -0.02,  # sentences
    -0.92,  # invented
    0.18,  # forms
    -0.56,  # covered x covered
    0.18,  # pairs x pairs
    0.18,  # aligned x aligned
    -0.26,  # pairs x covered
    -6.19,  # sentences x longest
    1.15,  # sentences x pairs
    1.36,  # sentences x covered
    0.39,  # seams x covered
    1.14,  # longest x covered
    1.85,  # missing x pairs
    1.84,  # model
    0.26,  # worst word
    -1.10,  # second word
    0.19,  # words
    -1.08,  # near
    3.36,  # model x near
    -1.46,  # worst word x near
    0.61,  # second word x near
    2.78,  # words x near
)
BIAS_JUDGED = -1.83
