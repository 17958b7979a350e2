"""The page of a build: for chat programs, which show its card, and for browsers, which it leads on."""

from html import escape

from guildhall.packs.poe2.builds.cards.shown import about, shown
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails

POLICY = "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A page without scripts, styles or frames: what people write in it is text, and nothing else can come of it."""
CARD_SIZE = (1200, 630)


def page_of(build: BuildDetails, site: str, page_url: str | None) -> str:
    """Return the HTML of a build's page. `site` is this server's address, `page_url` that of an own page of builds."""
    address = f"{site}/b/{build.short_id}"
    picture = f"{address}/card.png?r={build.revision}"
    lines = shown(build)
    facts = {
        "og:type": "website",
        "og:site_name": "Guildhall",
        "og:title": build.title,
        "og:description": about(build),
        "og:url": address,
        "og:image": picture,
        "og:image:type": "image/png",
        "og:image:width": str(CARD_SIZE[0]),
        "og:image:height": str(CARD_SIZE[1]),
        "og:image:alt": f"{build.title}: {lines.sentence}",
    }
    named = {
        "description": about(build),
        "author": build.author,
        "twitter:card": "summary_large_image",
        "twitter:title": build.title,
        "twitter:description": about(build),
        "twitter:image": picture,
    }
    head = [
        '<meta charset="utf-8">',
        f"<title>{escape(build.title)}</title>",
        *(f'<meta property="{name}" content="{escape(value)}">' for name, value in facts.items()),
        *(f'<meta name="{name}" content="{escape(value)}">' for name, value in named.items()),
        f'<link rel="canonical" href="{escape(address)}">',
    ]
    if build.visibility == "public":
        embedding = f"{site}/api/v1/poe2/oembed?url={address}"
        title = escape(build.title)
        head.append(f'<link rel="alternate" type="application/json+oembed" href="{escape(embedding)}" title="{title}">')
    else:
        head.append('<meta name="robots" content="noindex, nofollow">')
    if page_url is not None:
        leads = page_url.replace("{short_id}", build.short_id)
        head.append(f'<meta http-equiv="refresh" content="0; url={escape(leads)}">')
    body = [
        f"<h1>{escape(build.title)}</h1>",
        f"<p>{escape(lines.sentence)}</p>",
        f"<p>By {escape(build.author)}</p>",
        f'<p><img src="{escape(picture)}" alt="" width="600" height="315"></p>',
        f'<p><a href="{escape(address)}/raw">The code for Path of Building</a></p>',
        f'<p><a href="{escape(site)}/api/v1/poe2/b/{build.short_id}">The build as JSON</a></p>',
    ]
    begin = ["<!doctype html>", f'<html lang="{escape(build.language or "en")}">', "<head>"]
    return "\n".join([*begin, *head, "</head>", "<body>", *body, "</body>", "</html>", ""])
