"""The languages of texts and questions: their stemmers, and the words of no weight in each.

Every language is searched; one that is not named here has its words compared as they are written.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from whoosh.lang import stemmer_for_language
from whoosh.lang.porter2 import stem as _porter
from whoosh.lang.stopwords import stoplists

ENGLISH: Final = "en"

_STEMMED: Final = frozenset("da de es fi fr hu it nl no pt ro ru sv".split())  # noqa: SIM905
# English has a stemmer of its own. Whoosh's for Arabic cuts words down to their roots, which brings
# together what does not belong together; it is not used.

_SAME: Final = {"nb": "no", "nn": "no", "in": "id", "iw": "he", "cmn": "zh"}

_ENGLISH_STOPS: Final = """
    a an the this that these those it its i im ive me my we our us you your he she they them their
    is isnt are arent am was were be been being do does dont doesnt did done has have had having
    can cant could should shouldnt would will wont shall may might must
    and or but if then than so as of in on at to for from by with about into
    what whats which who whom whose when where why how hows
    there here not no yes any some please tell give show explain information info
    know want wonder wondering really just
"""

_ENGLISH_SLIGHT: Final = """
    between such other others else very more most much many both each all also only same too
    through during while within without against upon among either neither again however therefore
    whether per via up off out often somewhere
    anyone someone article articles paper papers interested concerning regarding related dealing
    describe describing discuss find found need like possible available use used using uses make
    get gets getting got obtain exist given go goes going rid work works working different
    particular specific general mean means involved happen happens happened happening best good
"""
# "How does it work", "without needles" and "again" hang on some of them: they are searched for.

_TELLING: Final = {
    "da": "efter for før igen mod uden over under ved",
    "de": "einmal gegen hinter machen nach ohne unter viel vor weg weiter während wieder zwischen",
    "es": "antes contra durante mucho sin sobre",
    "fi": "ilman jälkeen kanssa",
    "fr": "avant contre après pendant sans",
    "hu": "után előtt ellen nélkül újra",
    "it": "contro dopo prima senza",
    "nl": "na tegen tot voor zonder over veel weer geen",
    "no": "etter for før mot uten over under",
    "pt": "antes contra depois durante sem",
    "ru": "без больше через перед после опять снова против",
    "sv": "efter före igen mot utan under över",
    "tr": "sonra önce",
}
"""Words of the customary lists that questions here hang on: before, after, without, again."""

_ASKING: Final = {
    "de": "kann man bitte gibt wieviel",
    "es": "puede puedo hay hace hacer",
    "fr": "est-ce peut peux faut quoi comment pourquoi combien où",
    "it": "può posso quali",
    "nl": "kun welke waarom",
    "pt": "pode posso há",
    "ja": "は が を に の と で も か です ます ですか ますか",
}

_IRREGULAR: Final = {
    "bled": "bleed",
    "burnt": "burn",
    "children": "child",
    "chosen": "choose",
    "feet": "foot",
    "grew": "grow",
    "grown": "grow",
    "lentigines": "lentigo",
    "men": "man",
    "shrank": "shrink",
    "shrunk": "shrink",
    "swollen": "swell",
    "teeth": "tooth",
    "women": "woman",
    "worn": "wear",
}
"""English forms that no rule of endings brings back to their word."""

_RESPELT: Final = {
    "de": ((re.compile(r"([ao])e|(?<![aeq])(u)e"), r"\1\2"),),
    "es": ((re.compile(r"([cs])ion$"), r"\1ión"),),
    "fr": ((re.compile(r"ee(s?)$"), r"ée\1"),),
    "pt": ((re.compile(r"oes$"), "ao"), (re.compile(r"cao$"), "ção")),
}
"""What stemmers know by its accents, which are taken off before, as many people type none.

Endings that are always written with an accent get it back; a German "ae" is an "a" like "ä".
"""

_ARABIC_BEGINNINGS: Final = re.compile("^(?:وال|بال|كال|فال|لل|ال)(?=...)")
_ARABIC_ENDINGS: Final = re.compile("(?<=...)(?:ها|ان|ات|ون|ين|يه|ه|ي)$")


@dataclass(frozen=True, slots=True)
class Language:
    """How the words of a language are compared.

    `stem` takes a folded word; where `accented` is set, one in lower case with its accents.
    `stop_words` are as they are written, in lower case: words of a question that say nothing of
    what it asks for. `slight_words` say little of it, and count less than others.
    """

    code: str
    stem: Callable[[str], str]
    stop_words: frozenset[str] = frozenset()
    slight_words: frozenset[str] = frozenset()
    accented: bool = False


def language_of(locale: str) -> str:
    """The language of a locale, such as "de" of "de-AT" (BCP 47)."""
    code = locale.replace("_", "-").partition("-")[0].lower()
    return _SAME.get(code, code)


@lru_cache(maxsize=256)
def language(code: str) -> Language:
    """A language by its code; any code will do."""
    if code == ENGLISH:
        stops, slight = frozenset(_ENGLISH_STOPS.split()), frozenset(_ENGLISH_SLIGHT.split())
        return Language(code, _english_stem, stops, slight)
    stops = (stoplists.get(code, frozenset()) | _listed(_ASKING, code)) - _listed(_TELLING, code)
    return Language(code, _stemmer(code), frozenset(stops), accented=code in {"hu", "ro"})


def _listed(lists: dict[str, str], code: str) -> frozenset[str]:
    return frozenset(lists.get(code, "").split())


def _stemmer(code: str) -> Callable[[str], str]:
    if code == "ar":
        return _arabic_stem
    if code not in _STEMMED:
        return str
    stem: Callable[[str], str] = stemmer_for_language(code)
    respelt = _RESPELT.get(code)
    if respelt is None:
        return stem

    def stem_respelt(word: str) -> str:
        for pattern, spelling in respelt:
            word = pattern.sub(spelling, word)
        return stem(word)

    return stem_respelt


def _english_stem(word: str) -> str:
    """Porter's second stemmer, and what it leaves apart: recurrence, pregnancy, keratoses."""
    stem: str = _porter(_IRREGULAR.get(word, word))
    if stem.endswith("rr"):
        return stem[:-1]
    if stem.endswith("nc") and word.endswith(("ncy", "ncies")):
        return f"{stem[:-1]}t"
    if stem.endswith(("osi", "ysi")) and word.endswith("sis"):
        return stem[:-1]
    return stem


def _arabic_stem(word: str) -> str:
    """The light stemmer of Larkey, Ballesteros and Connell (2007), in its simplest form."""
    return _ARABIC_ENDINGS.sub("", _ARABIC_BEGINNINGS.sub("", word))
