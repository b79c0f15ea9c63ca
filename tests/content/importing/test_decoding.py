"""Bytes become clean text, or are refused by name."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.importing.decoding import LONGEST_LINE, decode, refuse_long_lines

ENGLISH = "Peels can leave the skin red – that’s normal, isn’t it? “Yes”, for £90 at the café.\n"
RUSSIAN = "Кожа может покраснеть после процедуры, и это нормально. " * 4
JAPANESE = "施術後は肌が赤くなることがありますが、これは正常です。日焼け止めを使ってください。" * 4
CHINESE = "治疗后皮肤可能会发红，这是正常的。请使用防晒霜，并避免阳光直射。" * 4


def refusal(data: bytes, limit: int = 1_000_000) -> tuple[str, str]:
    with pytest.raises(SourceRefused) as caught:
        decode(data, limit)
    (reason,) = caught.value.reasons
    assert str(caught.value) == reason.detail
    return reason.code, reason.detail


@pytest.mark.parametrize(
    ("encoded", "name"),
    [
        (ENGLISH.encode(), "utf-8"),
        (ENGLISH.encode("utf-8-sig"), "utf-8"),
        (b"\xff\xfe" + ENGLISH.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + ENGLISH.encode("utf-16-be"), "utf-16-be"),
        (ENGLISH.encode("utf-16-le"), "utf-16-le"),
        (ENGLISH.encode("utf-16-be"), "utf-16-be"),
        (ENGLISH.encode("windows-1252"), "windows-1252"),
    ],
)
def test_every_encoding_that_is_read_gives_the_same_text(encoded: bytes, name: str) -> None:
    decoded = decode(encoded, 10_000)
    assert decoded.text == ENGLISH
    assert decoded.encoding == name


@pytest.mark.parametrize(
    "sentence",
    [
        "Le traitement dure une à deux heures ; la peau peut être légèrement gonflée.",
        "Die Haut wird gründlich gereinigt, danach können größere Flächen behandelt werden.",
        "¿Cuánto dura? El efecto se mantiene más de un año según la señora Núñez.",
    ],
)
def test_western_languages_are_read_in_windows_1252(sentence: str) -> None:
    assert decode(sentence.encode("windows-1252"), 1_000).text == sentence


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (ENGLISH.encode("utf-32"), "UTF-32"),
        (ENGLISH.encode("utf-32-le"), "UTF-32"),
        (ENGLISH.encode("utf-32-be"), "UTF-32"),
        (JAPANESE.encode("shift_jis"), "Shift_JIS"),
        (JAPANESE.encode("iso-2022-jp"), "ISO-2022-JP"),
        (CHINESE.encode("gb18030"), "GB18030"),
        (RUSSIAN.encode("koi8-r"), "KOI8-R"),
    ],
)
def test_other_encodings_are_refused_by_name(data: bytes, name: str) -> None:
    code, detail = refusal(data)
    assert code == "encoding"
    assert name in detail


@pytest.mark.parametrize("encoding", ["iso-8859-2", "windows-1251", "iso-8859-7", "mac-roman"])
def test_other_single_byte_encodings_are_not_taken_for_windows_1252(encoding: str) -> None:
    sample = {
        "iso-8859-2": "Zabieg może złagodzić zmarszczki i poprawić gęstość skóry właściwej. ",
        "windows-1251": RUSSIAN,
        "iso-8859-7": "Το δέρμα μπορεί να κοκκινίσει μετά τη θεραπεία και αυτό είναι φυσιολογικό. ",
        "mac-roman": "That’s what “normal” means: don’t worry, it’s fine and you’re safe. ",
    }[encoding]
    assert refusal(sample.encode(encoding))[0] == "encoding"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Microsoft Office"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"{\\rtf1\\ansi}", "RTF"),
    ],
)
def test_files_that_are_no_text_are_refused_by_name(data: bytes, name: str) -> None:
    code, detail = refusal(data)
    assert code == "binary"
    assert name in detail


def test_archives_and_locked_documents_are_refused_by_name() -> None:
    assert refusal(b"PK\x03\x04\x14\x00") == ("broken", "The ZIP archive is broken or cut off.")
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    code, detail = refusal(locked)
    assert code == "encrypted"
    assert "password" in detail


def test_damage_that_no_text_may_hold_is_mended_in_the_source() -> None:
    assert decode("â€œYesâ€\x9d, CafÃ\x81".encode(), 100).text == "â€œYes”, CafÁ"
    assert refusal("one \x9d two".encode())[0] == "control_character"


def test_unknown_binary_is_refused() -> None:
    assert refusal(b"abc\x00\x01\x02def")[0] == "binary"
    assert refusal(bytes(range(1, 256)) * 4)[0] in {"binary", "encoding"}


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", "\ufeff\u200b\u00a0\n".encode()])
def test_a_source_without_text_is_refused(data: bytes) -> None:
    assert refusal(data)[0] == "empty"


def test_a_source_over_the_limit_is_refused_whatever_it_holds() -> None:
    code, detail = refusal(b"%PDF" + b"x" * 100, limit=50)
    assert code == "too_large"
    assert "104" in detail
    assert "50" in detail


def test_line_ends_become_line_feeds() -> None:
    assert decode(b"one\r\ntwo\rthree\nfour", 100).text == "one\ntwo\nthree\nfour"


def test_letters_are_composed() -> None:
    assert decode("cafe\u0301".encode(), 100).text == "café"


@pytest.mark.parametrize("control", ["\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_refused_with_their_line(control: str) -> None:
    code, detail = refusal(f"one\ntwo {control}\nthree".encode())
    assert code == "control_character"
    assert f"U+{ord(control):04X}" in detail
    assert "Line 2" in detail


def test_a_byte_order_mark_in_the_middle_is_kept() -> None:
    assert decode("one\ufefftwo\u200bthree".encode(), 100).text == "one\ufefftwo\u200bthree"


def test_broken_utf_16_is_refused() -> None:
    assert refusal(b"\xff\xfe" + "Skin".encode("utf-16-le") + b"\x00\xd8")[0] == "encoding"


def test_towers_of_accents_are_refused_before_they_are_sorted() -> None:
    assert refusal(("a" + "\u0301\u0316" * 200_000).encode())[0] == "control_character"


def test_only_lines_over_the_limit_are_too_long() -> None:
    refuse_long_lines("x" * LONGEST_LINE + "\n" + "y" * LONGEST_LINE)
    with pytest.raises(SourceRefused) as caught:
        refuse_long_lines("short\n" + "x" * (LONGEST_LINE + 1))
    assert caught.value.reasons[0].code == "line_too_long"
    assert "Line 2" in caught.value.reasons[0].detail


@given(st.binary(max_size=400))
def test_any_bytes_give_clean_text_or_a_refusal(data: bytes) -> None:
    try:
        text = decode(data, 1_000).text
    except SourceRefused:
        return
    assert text == unicodedata.normalize("NFC", text)
    assert "\r" not in text
    assert "\x00" not in text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Mn", "Mc", "Me"]), min_size=1))
def test_any_text_in_utf_8_comes_back(text: str) -> None:
    source = f"a{text}"
    assert decode(source.encode(), 10_000).text == unicodedata.normalize("NFC", source)
