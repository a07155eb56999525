"""`byline site`: the sites that may embed the chat, their keys and what each may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import SettingsError
from ui.cli.console import write, write_json
from ui.cli.options import ArchiveOption, JsonOption, settings_for
from ui.cli.site_filters import filters_from
from ui.cli.site_options import (
    AddOriginOption,
    AllowHttpOption,
    FilterOption,
    NameArgument,
    OriginOption,
    PerDayOption,
    PerMinuteOption,
    RemoveOriginOption,
    SiteTitleOption,
    VisitorPerMinuteOption,
    sites_at,
)
from ui.cli.site_shown import SCHEMA, list_json, show_list, to_json
from ui.cli.site_shown import show as show_site

if TYPE_CHECKING:
    from ui.sites.store import Sites
    from ui.sites.types import Site

_MOST_HOURS = 24 * 90  # a key that is to hold for longer has not been rotated

app = typer.Typer(
    help="Let other sites embed the chat: keys, origins, limits. A running server sees each "
    "change within a second.",
    no_args_is_help=True,
)


@app.command()
def add(
    ctx: typer.Context,
    name: NameArgument,
    origin: OriginOption = None,
    archive_filter: FilterOption = None,
    per_minute: PerMinuteOption = None,
    per_day: PerDayOption = None,
    visitor_per_minute: VisitorPerMinuteOption = None,
    title: SiteTitleOption = None,
    private: Annotated[
        bool,
        typer.Option("--private", help="Only for visitors with a token of the site's own server."),
    ] = False,
    full_text: Annotated[
        bool,
        typer.Option("--full-text", help="Let whole articles be read, not only around a quote."),
    ] = False,
    allow_http: AllowHttpOption = False,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a site: its key holds on the pages of its origins, and nowhere else."""
    location, sites = sites_at(ctx, archive)
    site = sites.add(
        name,
        origins=origin or (),
        filters=filters_from(archive_filter or (), location),
        title=title,
        private=private,
        full_text=full_text,
        allow_http=allow_http,
        **_given(per_minute=per_minute, per_day=per_day, visitor_per_minute=visitor_per_minute),
    )
    _tell_key(sites, site, as_json=as_json)


@app.command("list")
def list_sites(
    ctx: typer.Context, archive: ArchiveOption = None, as_json: JsonOption = False
) -> None:
    """List the sites with their keys, and those that were revoked."""
    _, sites = sites_at(ctx, archive)
    if as_json:
        write_json(list_json(sites))
    else:
        show_list(sites)


@app.command()
def show(
    ctx: typer.Context,
    name: NameArgument,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one site: its key, its origins, what it may ask and how often."""
    _, sites = sites_at(ctx, archive)
    _tell(sites, sites.get(name), as_json=as_json)


@app.command()
def edit(
    ctx: typer.Context,
    name: NameArgument,
    add_origin: AddOriginOption = None,
    remove_origin: RemoveOriginOption = None,
    archive_filter: FilterOption = None,
    no_archive_filter: Annotated[
        bool, typer.Option("--no-archive-filter", help="Let it ask of all articles again.")
    ] = False,
    per_minute: PerMinuteOption = None,
    per_day: PerDayOption = None,
    visitor_per_minute: VisitorPerMinuteOption = None,
    title: SiteTitleOption = None,
    private: Annotated[
        bool | None,
        typer.Option(
            "--private/--public",
            help="Only for visitors with a token of the site's own server, or for anybody.",
            show_default=False,
        ),
    ] = None,
    full_text: Annotated[
        bool | None,
        typer.Option(
            "--full-text/--excerpts",
            help="Let whole articles be read, or only what stands around a quote.",
            show_default=False,
        ),
    ] = None,
    end_old: Annotated[
        bool,
        typer.Option("--end-old", help="End the old keys that a rotation let hold; its own stays."),
    ] = False,
    allow_http: AllowHttpOption = False,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a site. What is not named stays; filters that are named take the place of all."""
    from ui.sites.errors import SiteError
    from ui.sites.origins import normalised

    if archive_filter and no_archive_filter:
        raise typer.BadParameter("--archive-filter and --no-archive-filter exclude each other")
    location, sites = sites_at(ctx, archive)
    added = tuple(normalised(each, allow_http=allow_http) for each in add_origin or ())
    removed = {normalised(each, allow_http=True) for each in remove_origin or ()}
    changes = _given(
        per_minute=per_minute,
        per_day=per_day,
        visitor_per_minute=visitor_per_minute,
        title=title,
        private=private,
        full_text=full_text,
    )
    if archive_filter or no_archive_filter:
        changes["filters"] = filters_from(archive_filter or (), location)

    def changed(site: Site) -> Site:
        if unknown := removed.difference(site.origins):
            raise SiteError(
                f"{name} has no origin {', '.join(sorted(unknown))}; it has: "
                f"{', '.join(site.origins) or 'none'}"
            )
        kept = tuple(each for each in site.origins if each not in removed)
        return replace(site, origins=(*kept, *added), **changes)

    site = sites.edit(name, changed)
    if end_old:
        sites.end_old(name)
    _tell(sites, site, as_json=as_json)


@app.command()
def rotate(
    ctx: typer.Context,
    name: NameArgument,
    keep_old: Annotated[
        float,
        typer.Option(
            metavar="HOURS",
            min=0,
            max=_MOST_HOURS,
            help="How long the old key holds yet, for pages that are still about.",
        ),
    ] = 0,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a site a new key, and a new secret with it. The old ones end.

    With --keep-old they hold for a while yet, and `byline site show` lists them;
    `byline site edit NAME --end-old` ends them before their time.
    """
    _, sites = sites_at(ctx, archive)
    site = sites.rotate(name, keep_old=timedelta(hours=keep_old))
    _tell_key(sites, site, as_json=as_json)


@app.command()
def secret(ctx: typer.Context, name: NameArgument, archive: ArchiveOption = None) -> None:
    """Print what a private site's own server signs its visitors' tokens with."""
    from ui.sites.errors import SiteError

    _, sites = sites_at(ctx, archive)
    site = sites.get(name)
    if not site.private:
        raise SiteError(
            f"{name} is for anybody, so there are no tokens to sign; make it private with: "
            f"byline site edit {name} --private"
        )
    typer.echo(sites.secret(site.key))


@app.command()
def revoke(ctx: typer.Context, name: NameArgument, archive: ArchiveOption = None) -> None:
    """End a site for good: its keys hold nowhere any more."""
    _, sites = sites_at(ctx, archive)
    sites.revoke(name)
    write(f"{name} is revoked: its keys hold nowhere any more.")


@app.command()
def snippet(
    ctx: typer.Context,
    name: NameArgument,
    server: Annotated[
        str | None,
        typer.Option(
            "--server",
            "--public-url",
            metavar="URL",
            help="The address that readers reach the server under; by default the one that is "
            "set. (BYLINE_PUBLIC_URL)",
            show_default=False,
        ),
    ] = None,
    archive: ArchiveOption = None,
) -> None:
    """Print what a page needs to show the chat, and what its security policy has to allow."""
    from ui.widget.snippet import snippet as lines

    address = settings_for(ctx, public_url=server).public_url
    if address is None:
        raise SettingsError(
            "where do readers reach the server? Say it with --server https://chat.example.org"
        )
    _, sites = sites_at(ctx, archive)
    typer.echo(lines(sites.get(name).key, address))


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _tell(sites: Sites, site: Site, *, as_json: bool) -> None:
    if as_json:
        write_json({"schema": SCHEMA, **to_json(sites, site)})
    else:
        show_site(sites, site)


def _tell_key(sites: Sites, site: Site, *, as_json: bool) -> None:
    """A site with a new key. A private one's secret is told with it, for its server."""
    secret = sites.secret(site.key) if site.private else None
    if as_json:
        write_json(
            {"schema": SCHEMA, **to_json(sites, site)} | ({"secret": secret} if secret else {})
        )
        return
    show_site(sites, site)
    if secret:
        write(f"Its server signs tokens with this secret: {secret}")
    write(f"To put it on a page: byline site snippet {site.name} --server URL")
