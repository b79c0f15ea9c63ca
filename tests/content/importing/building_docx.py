"""Word documents for tests, made of XML by hand."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES: Final = (
    f'xmlns:w="{WORD}" xmlns:r="{RELATIONS}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_TYPES: Final = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_STYLES: Final = "".join(
    [
        *(
            f'<w:style w:type="paragraph" w:styleId="Heading{level}">'
            f'<w:name w:val="heading {level}"/></w:style>'
            for level in range(1, 7)
        ),
        '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="berschrift2">',
        '<w:name w:val="Überschrift 2"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="House"><w:name w:val="House head"/>',
        '<w:basedOn w:val="Heading2"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="Outlined"><w:name w:val="Chapter"/>',
        '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>',
        '<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/>',
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
        '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/>',
        "<w:rPr><w:vanish/></w:rPr></w:style>",
        '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/>',
        "<w:rPr><w:b/></w:rPr></w:style>",
    ]
)
_NUMBERING: Final = "".join(
    [
        *(
            f'<w:abstractNum w:abstractNumId="{number}">'
            + "".join(
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/></w:lvl>'
                for level in range(9)
            )
            + "</w:abstractNum>"
            for number, kind in ((1, "bullet"), (2, "decimal"))
        ),
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
        '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>',
    ]
)


def run(text: str, properties: str = "") -> str:
    """A run of text; properties are elements like `<w:b/>`."""
    shape = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{shape}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(content: str, style: str | None = None, properties: str = "") -> str:
    """A paragraph of runs; a content that is no markup is one run."""
    inner = content if content.startswith("<") else run(content)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inner}</w:p>"


def item(content: str, *, numbered: bool = False, level: int = 0) -> str:
    """A paragraph in a list."""
    number = 2 if numbered else 1
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(content, properties=place)


def table(*rows: tuple[str, ...]) -> str:
    """A table of paragraphs."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{each}</w:tr>' for each in cells)}</w:tbl>"


def notes(kind: str, *texts: str) -> str:
    """The part of footnotes or endnotes; the first one has the id 2."""
    told = "".join(
        f'<w:{kind} w:id="{number}">{paragraph(text)}</w:{kind}>'
        for number, text in enumerate(texts, start=2)
    )
    silent = f'<w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}>'
    return f"<w:{kind}s {_SPACES}>{silent}{told}</w:{kind}s>"


def docx(
    *body: str, links: Mapping[str, str] | None = None, parts: Mapping[str, str] | None = None
) -> bytes:
    """A Word document of these blocks; `links` leads from ids to targets, `parts` adds entries."""
    targets = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/hyperlink" TargetMode="External" '
        f"Target={quoteattr(target)}/>"
        for name, target in (links or {}).items()
    )
    entries = {
        "[Content_Types].xml": _TYPES,
        "word/document.xml": f"<w:document {_SPACES}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_SPACES}>{_STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_SPACES}>{_NUMBERING}</w:numbering>",
        "word/_rels/document.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{targets}</Relationships>"
        ),
        **(parts or {}),
    }
    return archive(entries)


def archive(entries: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return file.getvalue()
