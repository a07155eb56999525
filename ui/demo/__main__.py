"""`python -m ui.demo`: the demo site, served until interrupted."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from index.errors import BylineError
from ui.demo.pages import ENGLISH
from ui.demo.site import create_demo
from ui.sites.store import Sites

_NAME = "demo"  # the site that is added for it


def main(
    server: Annotated[
        str, typer.Option(help="Where `byline serve` is reached.")
    ] = "http://127.0.0.1:7860",
    site: Annotated[
        str | None,
        typer.Option(help="A site's key. Without it, a site for the demo is added to the archive."),
    ] = None,
    archive: Annotated[Path, typer.Option(help="The archive that is served.")] = Path("archive"),
    port: Annotated[int, typer.Option(help="The demo's own port on this machine.")] = 7870,
) -> None:
    """Show a newspaper's pages with the widget on them."""
    # another host name than the server's, so that the two are foreign to one another
    origin = f"http://localhost:{port}"
    try:
        app = create_demo(server, site or key_of(archive, origin))
    except BylineError as error:
        print(error, file=sys.stderr)  # noqa: T201
        raise typer.Exit(1) from error
    pages = ("/news/hollin-final-report", "/", "/ar/", "/hostile/news/hollin-final-report")
    print("\n".join(f"{origin}{page}" for page in pages), flush=True)  # noqa: T201
    uvicorn.run(app, host="localhost", port=port, log_level="warning", server_header=False)


def key_of(archive: Path, origin: str) -> str:
    """The key of the archive's site for the demo, which is added where there is none."""
    sites = Sites.open(archive)
    for known in sites.list():
        if known.name == _NAME:
            if origin not in known.origins:
                sites.edit(_NAME, lambda site: replace(site, origins=(*site.origins, origin)))
            return known.key
    return sites.add(_NAME, origins=(origin,), title=ENGLISH.paper).key


if __name__ == "__main__":
    typer.run(main)
