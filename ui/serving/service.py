"""What `byline serve` is over and above the chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from ui.api.capacity import Capacity
from ui.settings_checks import public_address

if TYPE_CHECKING:
    from ui.sites.store import Sites


@dataclass(frozen=True, slots=True)
class Service:
    """How an archive is served to other people's sites and programs.

    `capacity` is shared by all who ask. `public_url` is the address that readers
    reach the server under, `trusted_proxies` the addresses or networks whose
    forwarding headers are believed. `visitor_per_minute` holds for visitors who
    name no site; 0 is no limit.
    """

    capacity: Capacity
    sites: Sites | None = None
    api: Literal["open", "sites"] = "open"
    public_url: str | None = None
    visitor_per_minute: int = 30
    trusted_proxies: tuple[str, ...] = ()
    log_questions: bool = False

    def __post_init__(self) -> None:
        """Raises SettingsError for a `public_url` that is none."""
        if self.public_url is not None:
            object.__setattr__(self, "public_url", public_address(self.public_url))

    @property
    def origin(self) -> str | None:
        """The origin of `public_url`, as browsers name it."""
        if self.public_url is None:
            return None
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
