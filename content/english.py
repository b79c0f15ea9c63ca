"""English wording of no weight: by what two texts may differ that say the same."""

import re
from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


ARTICLES: Final = frozenset({"a", "an", "the"})
COUNTED_AFTER: Final = _listed(
    "once twice thrice times half double triple quarter third per "
    "option plan vitamin type hepatitis toxin group grade class phase factor protein stage uv"
)
COUNTED_BEFORE: Final = _listed(
    "few little bit lot number couple pair dozen hundred thousand half quarter second third "
    "fourth fifth sixth seventh eighth ninth tenth more less fewer most least only other same "
    "pill coil dose tablet capsule drop session minute hour day night week month year"
)
NEGATIONS: Final = _listed("no not never without none neither nor")
TIMES: Final = _listed("after before during following")
OPENERS: Final = _listed(
    "am can could do how is may must shall should was what when where which who why will would"
)
AGREEING: Final = {"are": "is", "does": "do", "has": "have", "were": "was"}
NO_PLURALS: Final = _listed(
    # Of some the singular is another thing; of others the number is the dose.
    "news means aids glasses contacts spirits always sometimes perhaps besides customs species "
    "series diabetes this does has was "
    "tablets pills capsules drops doses sessions layers units injections vials syringes passes "
    "cycles courses treatments"
)
NUMBERS: Final = {
    word: str(number)
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
}
UNITS: Final = {
    written: unit
    for unit, also in {
        "ml": "mL millilitre millilitres milliliter milliliters",
        "mg": "milligram milligrams milligramme milligrammes",
        "\u00b5g": "mcg microgram micrograms microgramme microgrammes",
        "mm": "millimetre millimetres millimeter millimeters",
        "cm": "centimetre centimetres centimeter centimeters",
        "nm": "nanometre nanometres nanometer nanometers",
        "hour": "h hr hrs hours",
        "minute": "min mins minutes",
        "day": "days",
        "week": "wk wks weeks",
        "month": "months",
        "year": "yr yrs years",
    }.items()
    for written in (unit, *also.split())
}
CONTRACTIONS: Final = {
    "cannot": ["can", "not"],
    "can't": ["can", "not"],
    "won't": ["will", "not"],
    "shan't": ["shall", "not"],
    "ain't": ["ain't"],
    "&": ["and"],
    "‒": ["to"],
}
DRAWN: Final = {"ll": "will", "re": "are", "m": "am", "ve": "have"}
PRONOUNS: Final = _listed("it that what there here how who where when he she")
PREFIXES: Final = _listed("anti derma micro mini multi non post pre semi")
PAIRS: Final = _listed(
    "check+up down+time face+lift follow+up health+care make+up skin+care sun+burn sun+screen "
    "thread+lift top+up touch+up"
)
HYPHENED: Final = {"after-care": "aftercare"}
# Written apart these are other words: "rest after care".

SPELLINGS: Final = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"(?<=[a-z]{3})is(e|ed|es|er|ers|ing|ation|ations)$", r"iz\1"),
        (r"lys(e|ed|es|ing)$", r"lyz\1"),
        (r"(behavi|col|fav|flav|hon|lab|neighb|od|rum|tum|vap)our", r"\1or"),
        (r"^(cent|fib|lit|met|centimet|millimet|nanomet)re(s?)$", r"\1er\2"),
        (r"(cancel|label|level|model|travel)l(ed|ing)$", r"\1\2"),
        (r"anaesth", "anesth"),
        (r"haem", "hem"),
        (r"aemia", "emia"),
        (r"oedema", "edema"),
        (r"oestr", "estr"),
        (r"paed", "ped"),
        (r"rrhoea", "rrhea"),
        (r"^foet", "fet"),
    )
)
SPELT: Final = {
    "afterwards": "afterward",
    "ageing": "aging",
    "amongst": "among",
    "grey": "gray",
    "judgement": "judgment",
    "okay": "ok",
    "practise": "practice",
    "programme": "program",
    "programmes": "programs",
    "towards": "toward",
    "whilst": "while",
}
