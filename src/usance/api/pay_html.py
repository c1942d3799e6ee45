"""HTML for people without script: one helper makes it, and it escapes whatever is not HTML yet."""

import base64
import hashlib
from html import escape
from importlib.resources import files
from typing import Final, LiteralString

import segno

STYLE: Final = files("usance.api").joinpath("pay.css").read_text(encoding="utf-8")
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Our one style by its digest, forms to ourselves, and nothing else: no script, picture or frame.
CONTENT_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(template: LiteralString, **values: object) -> Html:
    """Return a template with values in their places, each escaped unless it is HTML already.

    Values stand between tags or inside double quotes, nowhere else.
    """
    safe = {
        name: value if isinstance(value, Html) else escape(str(value), quote=True)
        for name, value in values.items()
    }
    return Html(template.format_map(safe))


def joined(*parts: Html) -> Html:
    """Return pieces of HTML one after the other."""
    assert all(isinstance(part, Html) for part in parts), "only HTML is joined"
    return Html("\n".join(part for part in parts if part))


NOTHING: Final = Html("")


def picture_of(code: str, label: str) -> Html:
    """Return a QR code as a picture inside the page: no file, no script, no style of its own."""
    drawn = segno.make_qr(code, error="m").svg_inline(
        border=4, omitsize=True, svgclass=None, lineclass=None, light="#fff"
    )
    assert drawn.startswith("<svg "), drawn[:20]
    named = html('<svg role="img" aria-label="{label}" ', label=label)
    return Html(named + drawn.removeprefix("<svg "))
