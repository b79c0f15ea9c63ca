"""What schema.org says of the types and properties that we use, and checks against that.

The facts are those of release 30.0, https://schema.org/version/30.0; the page of each term is
https://schema.org/<term>. Of domains and ranges only what concerns our types is kept.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

TYPES: Final[dict[str, str | None]] = {
    "Answer": "Comment",
    "Article": "CreativeWork",
    "BreadcrumbList": "ItemList",
    "Comment": "CreativeWork",
    "CreativeWork": "Thing",
    "Credential": "CreativeWork",
    "EducationalOccupationalCredential": "Credential",
    "FAQPage": "WebPage",
    "HealthTopicContent": "WebContent",
    "Intangible": "Thing",
    "ItemList": "Intangible",
    "ListItem": "Intangible",
    "MedicalCondition": "MedicalEntity",
    "MedicalEntity": "Thing",
    "MedicalProcedure": "MedicalEntity",
    "MedicalTherapy": "TherapeuticProcedure",
    "MedicalWebPage": "WebPage",
    "Organization": "Thing",
    "Person": "Thing",
    "Question": "Comment",
    "ScholarlyArticle": "Article",
    "TherapeuticProcedure": "MedicalProcedure",
    "Thing": None,
    "WebContent": "CreativeWork",
    "WebPage": "CreativeWork",
}
"""Each type with the one that it is a kind of."""

PROPERTIES: Final[dict[str, tuple[str, str]]] = {
    "about": ("CreativeWork", "Thing"),
    "acceptedAnswer": ("Question", "Answer ItemList"),
    "adverseOutcome": ("TherapeuticProcedure", "MedicalEntity"),
    "breadcrumb": ("WebPage", "BreadcrumbList Text"),
    "citation": ("CreativeWork", "CreativeWork Text"),
    "contraindication": ("MedicalTherapy", "Text"),
    "dateModified": ("CreativeWork", "Date DateTime"),
    "datePublished": ("CreativeWork", "Date DateTime"),
    "description": ("Thing", "Text"),
    "expectedPrognosis": ("MedicalCondition", "Text"),
    "followup": ("MedicalProcedure", "Text"),
    "hasCredential": ("Person", "Credential"),
    "hasHealthAspect": ("HealthTopicContent", "HealthAspectEnumeration"),
    "hasPart": ("CreativeWork", "CreativeWork"),
    "headline": ("CreativeWork", "Text"),
    "howPerformed": ("MedicalProcedure", "Text"),
    "identifier": ("Thing", "Text URL"),
    "inLanguage": ("CreativeWork", "Text"),
    "isPartOf": ("CreativeWork", "CreativeWork URL"),
    "item": ("ListItem", "Thing"),
    "itemListElement": ("ItemList", "ListItem Text Thing"),
    "keywords": ("CreativeWork", "Text URL"),
    "lastReviewed": ("WebPage", "Date"),
    "mainEntity": ("CreativeWork", "Thing"),
    "mainEntityOfPage": ("Thing", "CreativeWork URL"),
    "name": ("Thing", "Text"),
    "position": ("CreativeWork ListItem", "Integer Text"),
    "preparation": ("MedicalProcedure", "MedicalEntity Text"),
    "publisher": ("CreativeWork", "Organization Person"),
    "reviewedBy": ("WebPage", "Person"),
    "sameAs": ("Thing", "URL"),
    "text": ("CreativeWork", "Text"),
    "url": ("Thing", "URL"),
    "version": ("CreativeWork", "Number Text"),
    "wordCount": ("Article CreativeWork", "Integer"),
}
"""Each property with the types that may have it, and those that its value may be of."""

ASPECTS: Final = frozenset(
    f"https://schema.org/{name}HealthAspect"
    for name in [
        "Allergies",
        "Benefits",
        "Causes",
        "Contagiousness",
        "Effectiveness",
        "GettingAccess",
        "HowItWorks",
        "HowOrWhere",
        "Ingredients",
        "LivingWith",
        "MayTreat",
        "Misconceptions",
        "Overview",
        "PatientExperience",
        "Pregnancy",
        "Prevention",
        "Prognosis",
        "RelatedTopics",
        "RisksOrComplications",
        "Safety",
        "Screening",
        "SeeDoctor",
        "SelfCare",
        "SideEffects",
        "Stages",
        "Symptoms",
        "Treatments",
        "Types",
        "UsageOrSchedule",
    ]
)

REQUIRED: Final[dict[str, frozenset[str]]] = {
    "MedicalWebPage": frozenset({"name", "url", "inLanguage", "mainEntity"}),
    "Article": frozenset({"headline", "datePublished", "dateModified", "mainEntityOfPage"}),
    "HealthTopicContent": frozenset({"url", "position", "isPartOf"}),
    "FAQPage": frozenset({"mainEntity"}),
    "Question": frozenset({"name", "acceptedAnswer"}),
    "Answer": frozenset({"text"}),
    "MedicalTherapy": frozenset({"name"}),
    "MedicalCondition": frozenset({"name"}),
    "MedicalEntity": frozenset({"name"}),
    "BreadcrumbList": frozenset({"itemListElement"}),
    "ListItem": frozenset({"position", "name", "item"}),
    "Person": frozenset({"name"}),
    "CreativeWork": frozenset({"name"}),
    "Organization": frozenset({"name"}),
    "ScholarlyArticle": frozenset({"name"}),
    "EducationalOccupationalCredential": frozenset({"name"}),
}
"""What consumers ask of a type, as Google's pages on FAQPage, BreadcrumbList and Article do."""


def kinds(kind: str) -> Iterator[str]:
    """The type and all that it is a kind of; raises KeyError for an unknown one."""
    above: str | None = kind
    while above:
        yield above
        above = TYPES[above]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of a document, nested ones too; references are no nodes."""
    if isinstance(value, list):
        for each in value:
            yield from nodes(each)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for each in value.values():
            yield from nodes(each)


def objections(document: dict[str, Any]) -> list[str]:
    """Why the document is not valid by the vocabulary, or is not complete."""
    found = list(nodes(document["@graph"]))
    named = {node["@id"]: node["@type"] for node in found if "@id" in node}
    reasons = [] if document["@context"] == "https://schema.org" else ["another context"]
    if len(named) != sum("@id" in node for node in found):
        reasons.append("two nodes have one identifier")
    for node in found:
        reasons += _misplaced(node, named)
        missing = REQUIRED[node["@type"]] - node.keys()
        reasons += [f"{node['@type']} without {name}" for name in sorted(missing)]
    return reasons


def _misplaced(node: dict[str, Any], named: dict[str, str]) -> Iterator[str]:
    kind = node["@type"]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        domain, wanted = PROPERTIES[name]
        if not set(domain.split()) & set(kinds(kind)):
            yield f"{name} is no property of {kind}"
        for each in value if isinstance(value, list) else [value]:
            if not _fits(each, wanted.split(), named):
                yield f"{name} of {kind} is {each!r}"
        if value in ("", [], {}, None):
            yield f"{name} of {kind} says nothing"


def _fits(value: Any, wanted: list[str], named: dict[str, str]) -> bool:
    """Whether a value is of one of the types; a reference counts as what it refers to."""
    match value:
        case {"@type": str(kind)}:
            return bool(set(kinds(kind)) & set(wanted))
        case {"@id": str(identifier), **rest}:
            known = set(kinds(named[identifier])) if identifier in named else {"Thing"}
            aspect = "HealthAspectEnumeration" in wanted and identifier in ASPECTS
            return not rest and (aspect or bool(known & set(wanted)))
        case bool():
            return False
        case int():
            return "Integer" in wanted or "Number" in wanted
        case str():
            return any(_reads_as(value, kind) for kind in wanted)
    return False


def _reads_as(value: str, kind: str) -> bool:
    match kind:
        case "Text":
            return bool(value.strip())
        case "URL":
            return value.startswith(("http://", "https://")) and value.isascii()
        case "Date":
            year = len(value) == 4 and value.isdigit()  # ISO 8601 knows years alone as well.
            return year or (len(value) == 10 and bool(date.fromisoformat(value)))
        case "DateTime":
            return len(value) > 10 and datetime.fromisoformat(value).tzinfo is not None
    return False
