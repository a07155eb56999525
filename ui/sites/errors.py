"""What can be wrong with a site's settings."""

from index.errors import BylineError


class SiteError(BylineError):
    """A site cannot be added, changed or found as asked."""
