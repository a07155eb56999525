"""Products of many vectors with one, computed by the thread that asks for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def products(
    vectors: npt.NDArray[np.floating[Any]], vector: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[Any]:
    """`(n,)` of `(n, dimension)` and `(dimension,)`.

    The operator `@` gives them to several threads, which go on turning for some 20 ms in
    wait of more and take the other cores meanwhile: half of what a question cost.
    """
    found: npt.NDArray[Any] = np.vecdot(vectors, vector)
    return found
