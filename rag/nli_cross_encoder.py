"""A hub or local NLI or hallucination cross-encoder as a verifier, by its folder or id.

Two kinds are read. One with three outputs judges entailment, neutral and
contradiction, in whatever order its config's `id2label` names them; one with a
single output, or two of which one is named for support, gives how well the
evidence supports the claim. Evidence is chosen as for the shipped verifier;
the rules are not asked.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from index.errors import ModelError
from rag.claims import checkable, plain
from rag.evidence import Evidence, gather
from rag.verdict import Claim, State, Verdict

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

log = logging.getLogger(__name__)

_BATCH = 16
_SUPPORTS = ("entailment", "entails", "entailed", "consistent", "supported", "factual", "support")
_OPPOSES = ("contradiction", "contradicts", "contradicted", "refuted", "refutes")


@dataclass(frozen=True, slots=True)
class Labels:
    """Which output is which; `opposes` is None for a model that tells support alone."""

    supports: int
    opposes: int | None
    outputs: int


class CrossEncoderVerifier:
    """A cross-encoder by its folder or hub id; loads on first use, once.

    `threshold` is of its probability of support, 0 to 1.
    """

    def __init__(self, model: str, threshold: float) -> None:
        self._name = model
        self._threshold = threshold
        self._lock = threading.Lock()
        self._loaded: tuple[CrossEncoder, Labels] | None = None

    @property
    def id(self) -> str:
        """The folder or hub id, and the threshold."""
        return f"{self._name}@{self._threshold:g}"

    @property
    def threshold(self) -> float:
        """From which probability a claim counts as supported."""
        return self._threshold

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        """One verdict per claim, in order. Raises ModelError."""
        verdicts: list[Verdict | None] = [None] * len(claims)
        asked: list[tuple[int, str, Evidence]] = []
        for n, claim in enumerate(claims):
            if not checkable(claim.text, claim.language):
                verdicts[n] = Verdict(State.NOT_CHECKABLE, 0.0)
                continue
            text = plain(claim.text)
            evidence = gather(claim, text)
            if evidence.chosen:
                asked.append((n, text.strip(), evidence))
        scores = self._scores([(evidence.text, text) for _, text, evidence in asked])
        for (n, _, evidence), (supported, opposed) in zip(asked, scores, strict=True):
            state = State.UNSUPPORTED
            if supported >= self._threshold:
                state = State.SUPPORTED
            elif opposed > max(supported, 0.5):
                state = State.CONTRADICTED
            verdicts[n] = Verdict(state, supported, evidence.grounds())
        return [verdict or Verdict(State.UNSUPPORTED, 0.0) for verdict in verdicts]

    def _scores(self, pairs: list[tuple[str, str]]) -> list[tuple[float, float]]:
        """For each pair the probabilities of support and of contradiction."""
        if not pairs:
            return []
        from torch import nn

        model, labels = self._model()
        logits = np.asarray(
            model.predict(
                pairs, batch_size=_BATCH, show_progress_bar=False, activation_fn=nn.Identity()
            ),
            dtype=np.float64,
        ).reshape(len(pairs), -1)
        if not np.isfinite(logits).all():
            raise ModelError(f"{self._name} gave a score that is not a finite number")
        if labels.outputs == 1:
            return [(float(p), 0.0) for p in 1 / (1 + np.exp(-np.clip(logits[:, 0], -60, 60)))]
        each = np.exp(logits - logits.max(axis=1, keepdims=True))
        each /= each.sum(axis=1, keepdims=True)
        against = each[:, labels.opposes] if labels.opposes is not None else np.zeros(len(each))
        pairs_of = zip(each[:, labels.supports], against, strict=True)
        return [(float(p), float(c)) for p, c in pairs_of]

    def _model(self) -> tuple[CrossEncoder, Labels]:
        with self._lock:
            if self._loaded is None:
                model = _load(self._name)
                self._loaded = model, _labels(self._name, cast(Any, model.config).id2label)
            return self._loaded


def _labels(name: str, id2label: Mapping[int, str]) -> Labels:
    """Read off a config which output is which. Raises ModelError where it does not say."""
    if len(id2label) == 1:
        return Labels(0, None, 1)
    found = {int(n): str(label).casefold().strip() for n, label in id2label.items()}
    supports = [n for n, label in found.items() if label in _SUPPORTS]
    opposes = [n for n, label in found.items() if label in _OPPOSES]
    if len(supports) != 1 or len(opposes) > 1:
        raise ModelError(
            f"{name} does not say which of its outputs is support: its labels are "
            f"{', '.join(map(str, id2label.values()))}; expected one of {', '.join(_SUPPORTS[:5])}"
        )
    return Labels(supports[0], opposes[0] if opposes else None, len(found))


def _load(name: str) -> CrossEncoder:
    folder = Path(name).expanduser()
    local = folder.is_dir()
    if not local and (folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1):
        raise ModelError(f"no model at {name}: expected a folder with a cross-encoder")
    # Imported here: it takes seconds, and the shipped verifier does without it.
    from sentence_transformers import CrossEncoder
    from transformers.utils.logging import disable_progress_bar

    cast(Callable[[], None], disable_progress_bar)()  # a library prints nothing
    log.info("loading cross-encoder %s", name)
    try:
        model: CrossEncoder = CrossEncoder(
            str(folder) if local else name, device="cpu", local_files_only=local
        )
        return model
    except (OSError, ValueError) as error:
        raise ModelError(
            f"cannot load the cross-encoder {name!r}: {error}. Name a folder or hub id of an NLI "
            "or hallucination cross-encoder, or name none to use the shipped verifier"
        ) from error
