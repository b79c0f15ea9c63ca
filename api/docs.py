"""The OpenAPI document, the page that shows it, and the guides; all of it works offline."""

from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import flask_swagger_ui
import orjson
from flask import Blueprint, Flask, Response, send_from_directory
from markdown_it import MarkdownIt
from slugify import slugify

from api.auth import public
from api.caching import entity_tag

PAGE: Final = "/api/v1/docs"
GUIDES: Final = {"guide": "guide.md", "editing": "editing.md"}
"""The guides below the page, and their texts."""
DOCUMENT: Final = "/api/v1/openapi.json"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What the page may load: its own files, which come with an installed package."""

_ASSETS: Final = Path(flask_swagger_ui.__file__).parent / "dist"
_HTML: Final = f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Dermis: the API</title>
<link rel="stylesheet" href="{PAGE}/swagger-ui.css">
<link rel="icon" href="{PAGE}/favicon-32x32.png">
<div id="page"></div>
<script src="{PAGE}/swagger-ui-bundle.js"></script>
<script src="{PAGE}/start.js"></script>
"""
# A file of its own, because the policy lets no inline script run.
_START: Final = (
    f'SwaggerUIBundle({{url: "{DOCUMENT}", dom_id: "#page", deepLinking: true, '
    "docExpansion: 'list', defaultModelsExpandDepth: 0});"
)


_GUIDE_STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 48rem; padding: 1rem 1.25rem 6rem;
  font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
h1, h2 { line-height: 1.2; }
h2 { margin-top: 3rem; padding-top: 0.75rem; border-top: 1px solid #8884; }
a { color: light-dark(#0b5cad, #7db8f5); }
code { font: 0.9em/1.5 ui-monospace, monospace; background: #8882; padding: 0.1em 0.3em;
  border-radius: 4px; overflow-wrap: anywhere; }
pre { background: #8881; border: 1px solid #8883; border-radius: 8px; padding: 0.9rem 1rem;
  overflow-x: auto; tab-size: 2; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #8884; padding: 0.4rem 1rem 0.4rem 0; text-align: left;
  vertical-align: top; }
"""


def guide(source: str) -> str:
    """A guide as a page; headings can be linked to."""
    markdown = MarkdownIt().enable("table")
    tokens = markdown.parse(Path(__file__).with_name(source).read_text(encoding="utf-8"))
    headings = [pair for pair in pairwise(tokens) if pair[0].type == "heading_open"]
    for heading, text in headings:
        heading.attrSet("id", slugify(text.content, replacements=[[".", ""]]))
    title = escape(headings[0][1].content)
    body = markdown.renderer.render(tokens, markdown.options, {})
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>Dermis: {title}</title>\n'
        '<link rel="icon" href="data:,">\n'
        f"<style>{_GUIDE_STYLE}</style>\n{body}"
    )


def register(app: Flask, document: dict[str, Any]) -> None:
    """Serve the OpenAPI document, the page, and the guides."""
    body = orjson.dumps(document)
    guides = {name: guide(source) for name, source in GUIDES.items()}
    documents = Blueprint("documents", __name__)

    @documents.get(DOCUMENT)
    @public
    def openapi() -> Response:
        response = Response(body, mimetype="application/json")
        response.set_etag(entity_tag(body))
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    @documents.get(PAGE)
    @public
    def page() -> Response:
        return Response(_HTML, mimetype="text/html")

    @documents.get(f"{PAGE}/start.js")
    @public
    def start() -> Response:
        return Response(_START, mimetype="text/javascript")

    @documents.get(f"{PAGE}/<any({', '.join(GUIDES)}):name>")
    @public
    def shown_guide(name: str) -> Response:
        return Response(guides[name], mimetype="text/html")

    @documents.get(f"{PAGE}/<name>")
    @public
    def asset(name: str) -> Response:
        return send_from_directory(_ASSETS, name, max_age=86_400)

    app.register_blueprint(documents)
