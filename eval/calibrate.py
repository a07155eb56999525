"""A threshold fitted to labelled rows, and the file that carries it to other ones.

The threshold that is best on some rows flatters the verifier on those very
rows: it is to be used on others.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from eval.grounding_figures import balanced_accuracy
from index.errors import BylineError
from index.files import replace_durably

_SCHEMA = "byline.calibration/1"


class CalibrationError(BylineError):
    """A threshold cannot be fitted, or a file of one cannot be used."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold, what it reached, and what it was fitted to.

    `balanced_accuracy` is that on the very rows it was fitted to. `verifier` is
    the id of the verifier with its own threshold, `sha256` that of the file's
    bytes.
    """

    threshold: float
    balanced_accuracy: float
    rows: int
    verifier: str
    input: str
    sha256: str


def fit(scores: Sequence[float], labels: Sequence[bool]) -> tuple[float, float]:
    """The threshold of the greatest balanced accuracy, and that accuracy.

    It lies midway between two scores, of equally good places where they are
    furthest apart. Raises CalibrationError where one class is missing or all
    scores are the same.
    """
    values = np.unique(np.asarray(scores, dtype=np.float64))
    if values.size < 2:
        raise CalibrationError(
            f"a threshold needs rows of different scores to be fitted to; found {values.size}"
        )
    places = (values[1:] + values[:-1]) / 2
    reached = [balanced_accuracy(float(place), scores, labels) for place in places]
    best = max((each for each in reached if each is not None), default=None)
    if best is None:
        raise CalibrationError(
            "a threshold needs rows labelled supported and rows labelled not supported; "
            f"found {sum(labels)} and {len(labels) - sum(labels)}"
        )
    gaps = np.where([each == best for each in reached], values[1:] - values[:-1], -1.0)
    return float(places[int(gaps.argmax())]), best


def write(calibration: Calibration, path: Path) -> None:
    """Write the file, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    told = {"schema": _SCHEMA, **asdict(calibration)}
    temporary.write_text(json.dumps(told, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    replace_durably(temporary, path)


def read(path: Path) -> Calibration:
    """A calibration from its file. Raises CalibrationError, and OSError."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value.pop("schema") != _SCHEMA:
            raise ValueError("schema")
        found = Calibration(**value)
        if not math.isfinite(found.threshold) or not 0 <= found.threshold <= 1:
            raise ValueError("threshold")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CalibrationError(
            f"{path} is no calibration: expected the {_SCHEMA} that --calibrate writes ({error})"
        ) from error
    return found
