"""Word documents become HTML with every word that Word shows, or are refused by name."""

import time
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.importing import archives
from content.importing.blocks import Block, visible
from content.importing.decoding import DOCX, decode
from content.importing.formats import format_of, parse
from tests.content.importing.building import proposed
from tests.content.importing.building_docx import (
    archive,
    docx,
    item,
    notes,
    paragraph,
    run,
    table,
)

LIMIT = 10_000_000


def blocks(*body: str, **parts: dict[str, str]) -> list[Block]:
    """What shows of a document."""
    decoded = decode(docx(*body, **parts), LIMIT)
    assert decoded.encoding == DOCX
    return [block for block in parse(decoded.text, "docx").blocks if block.text]


def lines(*body: str, **parts: dict[str, str]) -> list[str]:
    return [block.markdown for block in blocks(*body, **parts)]


def refusal(data: bytes) -> tuple[str, str]:
    with pytest.raises(SourceRefused) as caught:
        decode(data, LIMIT)
    (reason,) = caught.value.reasons
    return reason.code, reason.detail


def box(*content: str) -> str:
    """A run with a text box as Word writes it: once for new programs, once for old ones."""
    inside = f"<w:txbxContent>{''.join(content)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>'
        '<wp:docPr id="1" name="Box" descr="Text Box 1"/><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
        "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def picture(words: str) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="P" descr="{words}"/></wp:inline>'
        "</w:drawing></w:r>"
    )


def field(code: str, result: str) -> str:
    """A field with its code and its result."""
    parts = {
        "begin": f"<w:r><w:instrText>{code}</w:instrText></w:r>",
        "separate": result,
        "end": "",
    }
    return "".join(
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>{inner}' for kind, inner in parts.items()
    )


def test_a_document_is_known_by_its_bytes_and_not_by_its_name() -> None:
    decoded = decode(docx(paragraph("Peels", "Title"), paragraph("A peel renews.")), LIMIT)
    assert decoded.text == "<h1>Peels</h1>\n<p>A peel renews.</p>\n"
    assert format_of(decoded, "peel.txt") == "docx"
    assert format_of(decoded, None, "docx") == "docx"
    with pytest.raises(SourceRefused, match="is a DOCX"):
        format_of(decoded, "peel.docx", "html")
    with pytest.raises(SourceRefused, match="not a DOCX"):
        format_of(decode(b"# Peels", 100), "peel.docx", "docx")


@pytest.mark.parametrize(
    ("style", "level"),
    [("Heading1", 1), ("Heading3", 3), ("berschrift2", 2), ("House", 2), ("Outlined", 2),
     ("Titre4", 4), ("Title", 1)],
)  # fmt: skip
def test_headings_are_known_by_their_styles(style: str, level: int) -> None:
    heading, _ = blocks(paragraph("Care", style), paragraph("Rest."))
    assert (heading.kind, heading.level, heading.marked) == ("heading", level, True)


def test_headings_are_known_by_their_outline_level_and_bold_lines_stay_bold() -> None:
    first, second, _ = blocks(
        paragraph("Care", properties='<w:outlineLvl w:val="2"/>'),
        paragraph(run("Before", "<w:b/>")),
        paragraph(run("Rest", '<w:b w:val="0"/>') + run(".")),
    )
    assert (first.kind, first.level) == ("heading", 3)
    assert (second.kind, second.bold) == ("paragraph", True)


def test_below_a_title_all_headings_are_one_level_deeper() -> None:
    found = blocks(paragraph("Peels", "Title"), paragraph("Care", "Heading1"), paragraph("Rest."))
    assert [block.level for block in found] == [1, 2, 0]


def test_letters_links_and_breaks_survive() -> None:
    source = paragraph(
        run("Soft", "<w:b/>") + run(" and ") + run("kind", "<w:i/>") + run(" ")
        + run("harsh", "<w:strike/>") + '<w:r><w:br/></w:r><w:hyperlink r:id="l1">'
        + run("more", '<w:rStyle w:val="Strong"/>') + "</w:hyperlink>"
        + '<w:hyperlink r:id="gone">' + run(" text") + "</w:hyperlink>"
    )  # fmt: skip
    assert lines(source, links={"l1": "https://x.org/?a=1&b=2"}) == [
        "**Soft** and *kind* ~~harsh~~\\\n[**more**](https://x.org/?a=1&b=2) text"
    ]


def test_links_of_fields_are_links_unless_they_run_code() -> None:
    good = field(' HYPERLINK "https://x.org" \\o "tip" ', run("here"))
    bad = field(' HYPERLINK "javascript:alert(1)" ', run("there"))
    assert lines(paragraph(good + bad)) == ["[here](https://x.org)there"]


def test_lists_keep_their_depth_and_go_on_counting_after_other_text() -> None:
    found = blocks(
        item("one", numbered=True), item("dot", level=1), item("two", numbered=True),
        paragraph("Between."), item("three", numbered=True), item("deep", level=8),
        paragraph("Styled.", "ListBullet"),
    )  # fmt: skip
    assert [(each.marker, each.depth, each.text) for each in found if each.is_item] == [
        ("1.", 0, "one"), ("-", 1, "dot"), ("2.", 0, "two"), ("3.", 0, "three"),
        ("-", 8, "deep"), ("-", 0, "Styled."),
    ]  # fmt: skip


def test_tables_survive_also_inside_of_controls() -> None:
    inner = table(("Day", "Skin"), ("1", "red"))
    assert lines(f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>") == [
        "| Day | Skin |\n| --- | --- |\n| 1 | red |"
    ]


def test_notes_stand_at_the_end_with_their_numbers() -> None:
    refer = '<w:r><w:{}Reference w:id="2"/></w:r>'
    body = paragraph(run("A") + refer.format("footnote") + run(" b") + refer.format("endnote"))
    parts = {
        "word/footnotes.xml": notes("footnote", "Smith 2024.", "Never pointed to."),
        "word/endnotes.xml": notes("endnote", "Jones 2025."),
    }
    assert lines(body, parts=parts) == [
        r"A\[1\] b\[2\]", "Notes", r"\[1\] Smith 2024.", r"\[2\] Jones 2025.",
    ]  # fmt: skip


CONTAINERS = {
    "content control": f"<w:sdt><w:sdtPr/><w:sdtContent>{run('seen')}</w:sdtContent></w:sdt>",
    "simple field": f'<w:fldSimple w:instr="AUTHOR">{run("seen")}</w:fldSimple>',
    "field": field(" AUTHOR ", run("seen")),
    "insertion": f"<w:ins>{run('seen')}</w:ins>",
    "move": f"<w:moveTo>{run('seen')}</w:moveTo><w:moveFrom>{run('gone')}</w:moveFrom>",
    "smart tag": f"<w:smartTag>{run('seen')}</w:smartTag>",
    "direction": f'<w:bdo w:val="ltr"><w:dir>{run("seen")}</w:dir></w:bdo>',
    "ruby": f"<w:r><w:ruby><w:rubyBase>{run('seen')}</w:rubyBase></w:ruby></w:r>",
    "symbol": '<w:r><w:sym w:font="Calibri" w:char="0073"/></w:r>' + run("een"),
    "formula": "<m:oMath><m:r><m:t>seen</m:t></m:r></m:oMath>",
    "unknown": f'<x:y xmlns:x="urn:x">{run("seen")}</x:y>',
    "deletion": "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>" + run("seen"),
    "hidden": run("gone", "<w:vanish/>") + run("seen"),
    "hidden by style": run("gone", '<w:rStyle w:val="Secret"/>') + run("seen"),
    "alternatives": f"<mc:AlternateContent><mc:Fallback>{run('seen')}</mc:Fallback>"
    "</mc:AlternateContent>",
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_what_word_shows_comes_out_and_what_it_hides_does_not(container: str) -> None:
    assert lines(paragraph(run("a ") + CONTAINERS[container] + run(" b"))) == ["a seen b"]


def test_text_boxes_follow_the_paragraph_that_they_hang_on() -> None:
    inner = box(paragraph(run("Inside.") + box(paragraph("Deeper."))))
    body = paragraph(run("Before ") + inner + run("after."))
    assert lines(body, paragraph("Next.")) == ["Before after.", "Inside.", "Deeper.", "Next."]


def test_the_words_of_a_diagram_follow_its_paragraph() -> None:
    diagram = '<w:r><w:drawing><wp:inline><dgm:relIds r:dm="rd"/></wp:inline></w:drawing></w:r>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
    parts = {
        "word/_rels/document.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rd" Type="{kind}" Target="diagrams/data1.xml"/></Relationships>'
        ),
        "word/diagrams/data1.xml": (
            '<d xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            "<a:p><a:r><a:t>Cleanse</a:t></a:r></a:p><a:p><a:r><a:t>Peel</a:t></a:r></a:p></d>"
        ),
    }
    assert lines(paragraph(run("Steps") + diagram), parts=parts) == ["Steps", "Cleanse", "Peel"]


def test_pictures_are_their_alternative_texts() -> None:
    calm = picture("A &quot;calm&quot; face")
    assert lines(paragraph(run("See ") + calm + run(" here"))) == ['See A "calm" face here']
    assert lines(paragraph("Text."), paragraph(picture(""))) == ["Text."]
    noted = picture("A hand. Description automatically generated with confidence")
    assert lines(paragraph(noted)) == ["A hand."]


def test_a_deleted_row_is_gone_and_a_deleted_end_of_a_paragraph_loses_nothing() -> None:
    row = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('gone')}</w:tc></w:tr>"
    kept = f"<w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{paragraph('b')}</w:tc></w:tr>"
    last = paragraph("Last words", properties="<w:rPr><w:del/></w:rPr>")
    assert lines(f"<w:tbl>{row}{kept}</w:tbl>", last) == ["| a | b |\n| --- | --- |", "Last words"]


def test_a_table_of_contents_is_set_aside_and_quotes_are_quotes() -> None:
    toc, quote, _ = blocks(
        paragraph("Care\t3", "TOC1"), paragraph("Said.", "Quote"), paragraph("Rest.")
    )
    assert toc.reason in {"contents", "navigation"}
    assert quote.markdown == "> Said."


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("<w:altChunk r:id='x'/>", "altChunk"),
        ("<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num></m:f></m:oMath></w:p>",
         "formula"),
    ],
)  # fmt: skip
def test_what_would_be_lost_is_named(body: str, named: str) -> None:
    code, detail = refusal(docx(paragraph("Text."), body))
    assert code == "unsupported"
    assert named in detail


@pytest.mark.parametrize(
    ("entries", "name"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, "ODT"),
        ({"mimetype": "application/epub+zip"}, "EPUB"),
        ({"META-INF/container.xml": "<x/>"}, "EPUB"),
        ({"xl/workbook.xml": "<x/>"}, "XLSX"),
        ({"ppt/presentation.xml": "<x/>"}, "PPTX"),
        ({"readme.txt": "hello"}, "ZIP"),
    ],
)
def test_other_archives_are_refused_by_name(entries: dict[str, str], name: str) -> None:
    code, detail = refusal(archive(entries))
    assert code == "binary"
    assert name in detail


def test_a_document_with_a_doctype_in_any_part_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert refusal(docx(paragraph("x"), parts={"customXml/item1.xml": bomb}))[0] == "unsafe"
    wide = bomb.encode("utf-16")
    data = archive({"word/document.xml": wide})
    assert refusal(data)[0] == "unsafe"


@pytest.mark.parametrize(
    "document",
    ["", "<w:document/>", "<a><b></a>", "<x/>", "\x00\x01", "<document><body/></document>"],
)
def test_a_broken_document_is_refused(document: str) -> None:
    assert refusal(archive({"word/document.xml": document}))[0] == "broken"


def test_a_document_that_is_cut_off_or_damaged_is_refused() -> None:
    data = docx(paragraph("Some words that are here. " * 50))
    assert refusal(data[: len(data) // 2])[0] == "broken"
    position = data.index(b"word/document.xml") + 60
    assert refusal(data[:position] + b"\xff" * 20 + data[position + 20 :])[0] == "broken"


def test_an_encrypted_document_is_refused() -> None:
    data = bytearray(docx(paragraph("Secret.")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(signature)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(signature, position + 4)
    assert refusal(bytes(data))[0] == "encrypted"


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    start = time.perf_counter()
    many = {f"x{number}": "" for number in range(archives.MOST_ENTRIES + 1)}
    assert refusal(archive({**many, "word/document.xml": "<x/>"}))[0] == "too_large"
    large = BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * (archives.LARGEST_XML + 1))
    assert refusal(large.getvalue())[0] == "too_large"
    deep = "<w:sdt>" * 5_000 + "</w:sdt>" * 5_000
    assert refusal(docx(deep))[0] == "too_deep"
    assert time.perf_counter() - start < 5


def test_tables_and_boxes_may_be_nested_but_not_without_end() -> None:
    nested = paragraph("x")
    for _ in range(9):
        nested = f"<w:tbl><w:tr><w:tc>{nested}</w:tc></w:tr></w:tbl>"
    assert [visible(block.text) for block in blocks(nested)] == ["x"]
    for _ in range(9):
        nested = f"<w:tbl><w:tr><w:tc>{nested}</w:tc></w:tr></w:tbl>"
    assert refusal(docx(nested))[0] == "too_deep"


def test_a_document_without_text_is_refused() -> None:
    assert refusal(docx(paragraph(run("  "))))[0] == "empty"


def test_wrong_references_and_numbers_do_no_harm() -> None:
    wild = paragraph(
        run("Text", '<w:rStyle w:val="none"/><w:b w:val="off"/>') + "<w:r><w:sym/></w:r>",
        "nowhere",
        '<w:numPr><w:ilvl w:val="x"/><w:numId w:val="99"/></w:numPr><w:outlineLvl w:val="a"/>',
    )
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="many"/></w:tcPr>{paragraph("cell")}</w:tc>'
    ends = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    loop = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:style w:styleId="nowhere"><w:basedOn w:val="nowhere"/></w:style></w:styles>'
    )
    told = lines(wild, f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>", ends, parts={"word/styles.xml": loop})
    assert told == ["Text", "cell"]


WORDS = st.text('abc é’<&"✓', min_size=1, max_size=8).filter(str.strip)
SHAPES = st.sampled_from(["", "<w:b/>", "<w:i/>", "<w:b/><w:i/>", "<w:strike/>"])
PIECES = st.one_of(
    st.tuples(WORDS, SHAPES).map(lambda pair: run(*pair)),
    st.tuples(WORDS, st.sampled_from(list(CONTAINERS.values()))).map(lambda p: run(p[0]) + p[1]),
    WORDS.map(lambda text: box(paragraph(run(text)), item(run(text)))),
    WORDS.map(lambda text: field(' HYPERLINK "https://x.org" ', run(text))),
)
STYLES = st.sampled_from([None, "Title", "Heading1", "Heading2", "Quote", "TOC1", "ListBullet"])
PARAGRAPHS = st.one_of(
    st.tuples(st.lists(PIECES, max_size=4).map("".join), STYLES).map(
        lambda pair: paragraph(pair[0] or run("-"), pair[1])
    ),
    st.tuples(PIECES, st.booleans(), st.integers(0, 8)).map(
        lambda triple: item(triple[0], numbered=triple[1], level=triple[2])
    ),
    st.lists(st.tuples(PIECES, PIECES), min_size=1, max_size=3).map(lambda rows: table(*rows)),
)


@given(st.lists(PARAGRAPHS, min_size=1, max_size=8))
def test_every_visible_word_of_a_document_has_its_place(body: list[str]) -> None:
    decoded = decode(docx(paragraph("Peels"), *body), LIMIT)
    found = proposed(decoded.text, "docx")
    assert found.unaccounted() == []
    assert "gone" not in decoded.text
    shown = "".join(block.text for block in parse(decoded.text, "docx").blocks)
    expected = "".join(body).count("<w:t>seen</w:t>")
    assert shown.replace(" ", "").count("seen") >= expected
