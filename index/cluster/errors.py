"""What can go wrong between machines."""

from __future__ import annotations

from index.errors import BylineError


class ClusterError(BylineError):
    """A Ray cluster cannot be reached, or cannot do what is asked of it."""
