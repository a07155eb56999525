"""The machine and the packages that a figure of speed was measured with."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from eval.processors import cores

_PACKAGES = (
    "byline",
    "torch",
    "sentence-transformers",
    "onnxruntime",
    "faiss-cpu",
    "tantivy",
    "numpy",
)
_FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "amx_int8")  # those that matter to models


@dataclass(frozen=True, slots=True)
class Setup:
    """`memory` in bytes, None where the system does not say; `load` is that of the last minute."""

    processor: str
    cores: int
    memory: int | None
    flags: tuple[str, ...]
    python: str
    packages: dict[str, str]
    load: float | None

    def lines(self) -> list[str]:
        """The same for people."""
        memory = f", {self.memory / 1e9:.0f} GB of memory" if self.memory else ""
        flags = f" ({', '.join(self.flags)})" if self.flags else ""
        load = f"; load average {self.load:.1f} before" if self.load is not None else ""
        word = "core" if self.cores == 1 else "cores"
        return [
            f"{self.cores} {word} of {self.processor}{flags}{memory}{load}.",
            f"Python {self.python}; {', '.join(f'{k} {v}' for k, v in self.packages.items())}.",
        ]


def setup() -> Setup:
    """This machine, now."""
    told = _cpuinfo()
    flags = told.get("flags", "").split()
    return Setup(
        processor=told.get("model name") or platform.processor() or platform.machine(),
        cores=cores(),
        memory=_memory(),
        flags=tuple(flag for flag in _FLAGS if flag in flags),
        python=platform.python_version(),
        packages={name: version for name in _PACKAGES if (version := _version(name))},
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def _cpuinfo() -> dict[str, str]:
    """What Linux says of the first processor."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.partition(":") for line in text.split("\n\n", 1)[0].splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
