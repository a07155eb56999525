"""The models that Byline ships, as they are run: one text at a time, a core for each.

Texts read together would be padded to the longest, and int8 scales what it
multiplies by all that is read together: a text would read differently in
other company. One at a time is quicker too, by half: what passes from layer
to layer stays in the core's own cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy.typing as npt

from index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Arrays = Mapping[str, npt.NDArray[Any]]
Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Runtime:
    """A loaded network. Safe to share between threads."""

    session: InferenceSession
    inputs: frozenset[str]

    def run(self, outputs: Sequence[str], given: Arrays) -> list[npt.NDArray[Any]]:
        """What `outputs` are for `given`, of which the network takes what it asks for."""
        wanted = {name: array for name, array in given.items() if name in self.inputs}
        found: list[npt.NDArray[Any]] = self.session.run(list(outputs), wanted)
        return found


def load(path: Path, what: str) -> Runtime:
    """The network in the file `path`, which messages call `what`. Raises ModelError."""
    import onnxruntime  # imported here: much of Byline does without it

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors: a library prints nothing
    options.intra_op_num_threads = 1  # several texts at once go quicker than several cores a text
    # The files are laid out for speed already (eval/train/fuse.py). What the runtime would join
    # further, a sum and the normalisation behind it, takes five times as long joined.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        session = onnxruntime.InferenceSession(
            path.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # the runtime has one for each of its statuses
        raise ModelError(f"cannot load the {what}'s weights {path}: {error}") from error
    return Runtime(session, frozenset(each.name for each in session.get_inputs()))


def read_each(read: Callable[[Item], Found], items: Sequence[Item], threads: int) -> list[Found]:
    """What is read of every item, in order, of `threads` at once."""
    if min(threads, len(items)) <= 1:
        return [read(item) for item in items]
    with ThreadPoolExecutor(min(threads, len(items))) as pool:
        return list(pool.map(read, items))
