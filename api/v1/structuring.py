"""Schema.org's view of one article: JSON-LD to embed in the page that shows it.

Types and properties are those of schema.org's release 30.0. A property whose value is not known
is left out, and so is a node that would be incomplete without it: nothing is invented.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import nh3
import orjson

from api import addresses
from content import rendering
from content.published import (
    BodyFormat,
    PublishedArticle,
    PublishedItem,
    PublishedReview,
    PublishedSection,
    PublishedTopic,
)
from content.references import Reference
from content.sections import SECTION_TYPES

Node = dict[str, Any]

CONTEXT: Final = "https://schema.org"

_THERAPY_TEXTS: Final = {
    "preparation": "preparation",
    "procedure": "howPerformed",
    "aftercare": "followup",
    # Side effects and exclusions are one type of section: its text tells of both.
    "risks": "contraindication",
}
_CONDITION_TEXTS: Final = {"recurrence_factors": "expectedPrognosis"}

# Inside a script element only these could end the script or, in old engines, a string.
_ESCAPES: Final = {
    character.encode(): f"\\u{ord(character):04x}".encode() for character in "<>&\u2028\u2029"
}
_ESCAPED: Final = re.compile(b"|".join(_ESCAPES))


def graph(
    article: PublishedArticle, template: str, references: Sequence[Reference] = ()
) -> dict[str, Any]:
    """The nodes of an article as JSON-LD, with identifiers that stay the same between editions.

    `template` is the site's URL template, `references` are what the text rests on. Only the
    sections that `article` holds are told of, in plain text, whatever the format of their bodies.
    """
    page = _Page(article, template)
    cited = [_citation(each) for each in references]
    about = list(page.topics())
    parts = [*page.sections(), *page.faq()]
    return {
        "@context": CONTEXT,
        "@graph": [
            page.page(about, parts),
            page.article_node(about, cited),
            *about,
            *parts,
            page.trail(),
        ],
    }


def dumps_for_embedding(document: dict[str, Any]) -> bytes:
    """The document as JSON (UTF-8) that can stand inside of a `<script>` element as it is."""
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], orjson.dumps(document))


@dataclass(frozen=True, slots=True)
class _Page:
    """The page that shows an article: the nodes that are found on it."""

    article: PublishedArticle
    template: str

    @property
    def url(self) -> str:
        return addresses.article_url(self.template, self.article.slug, self.article.locale)

    def page(self, about: Iterable[Node], parts: Iterable[Node]) -> Node:
        return _node(
            "MedicalWebPage",
            self.url,
            url=self.url,
            name=self.article.title,
            **self._dated(),
            about=[_reference(each) for each in about],
            mainEntity={"@id": self._named("article")},
            hasPart=[_reference(each) for each in parts],
            breadcrumb={"@id": self._named("breadcrumb")},
            **_review(self.article.reviewed),
        )

    def article_node(self, about: Iterable[Node], cited: list[Node]) -> Node:
        return _node(
            "Article",
            self._named("article"),
            headline=self.article.title,
            **self._dated(),
            about=[_reference(each) for each in about],
            keywords=[topic.label for topic in self.article.topics],
            wordCount=self.article.word_count,
            version=self.article.edition,
            citation=cited,
            isPartOf={"@id": self.url},
            mainEntityOfPage={"@id": self.url},
        )

    def topics(self) -> Iterator[Node]:
        """The topics for which schema.org has a type; the primary one with what we say of it."""
        for index, topic in enumerate(self.article.topics):
            if topic.kind == "procedure":
                told = self._therapy() if index == 0 else {}
                yield self._topic("MedicalTherapy", topic, told)
            elif topic.kind == "condition":
                told = self._texts(_CONDITION_TEXTS) if index == 0 else {}
                yield self._topic("MedicalCondition", topic, told)

    def sections(self) -> Iterator[Node]:
        """The sections that say something, by text or by pairs."""
        for section in self.article.sections or ():
            pairs = [{"@id": self._at(item.anchor)} for item, _ in _pairs(section)]
            text = _plain(section.body, section.format)
            if text or pairs:
                yield _node(
                    "HealthTopicContent",
                    self._at(section.anchor),
                    url=self._at(section.anchor),
                    headline=section.heading,
                    position=section.position,
                    hasHealthAspect=_aspect(section),
                    inLanguage=self.article.locale,
                    text=text,
                    hasPart=pairs,
                    isPartOf={"@id": self.url},
                )

    def faq(self) -> Iterator[Node]:
        """The page of questions that the pairs make up, when there are any."""
        pairs = [
            self._question(item, answer)
            for section in self.article.sections or ()
            for item, answer in _pairs(section)
        ]
        if pairs:
            yield _node(
                "FAQPage",
                self._named("faq"),
                inLanguage=self.article.locale,
                isPartOf={"@id": self.url},
                mainEntity=pairs,
            )

    def trail(self) -> Node:
        """From the site to the article; of the places between no address is known."""
        locale = self.article.locale
        site = addresses.site_url(self.template, locale)
        name = addresses.site_name(self.template, locale)
        steps = [(name, site), (self.article.title, self.url)]
        return _node(
            "BreadcrumbList",
            self._named("breadcrumb"),
            itemListElement=[
                {"@type": "ListItem", "position": place, "name": name, "item": {"@id": url}}
                for place, (name, url) in enumerate(steps, 1)
            ],
        )

    def _dated(self) -> Node:
        return {
            "description": self.article.summary,
            "inLanguage": self.article.locale,
            "datePublished": self.article.first_published_at.isoformat(),
            "dateModified": self.article.updated_at.isoformat(),
        }

    def _topic(self, kind: str, topic: PublishedTopic, told: Node) -> Node:
        name = f"{topic.kind}/{topic.key}"
        return _node(kind, self._named(name), name=topic.label, identifier=topic.ref, **told)

    def _therapy(self) -> Node:
        outcomes = [
            {
                "@type": "MedicalEntity",
                "name": section.heading or section.type_label,
                "description": text,
            }
            for section, text in self._of_type("risks")
        ]
        return {**self._texts(_THERAPY_TEXTS), "adverseOutcome": outcomes}

    def _texts(self, carriers: dict[str, str]) -> Node:
        """The texts of the sections of each type, under the property that carries them."""
        return {
            carrier: [text for _, text in self._of_type(kind)] for kind, carrier in carriers.items()
        }

    def _of_type(self, kind: str) -> Iterator[tuple[PublishedSection, str]]:
        """The sections of a type that have a text, and that."""
        for section in self.article.sections or ():
            text = _plain(section.body, section.format) if section.base_type == kind else ""
            if text:
                yield section, text

    def _question(self, item: PublishedItem, answer: str) -> Node:
        return _node(
            "Question",
            self._at(item.anchor),
            url=self._at(item.anchor),
            name=item.question,
            acceptedAnswer={"@type": "Answer", "text": answer},
        )

    def _at(self, anchor: str) -> str:
        article = self.article
        return addresses.section_url(self.template, article.slug, article.locale, anchor)

    def _named(self, name: str) -> str:
        # No anchor holds a slash: these names and the anchors of the page never meet.
        return f"{self.url}#/schema/{name}"


def _node(kind: str, identifier: str, /, **properties: Any) -> Node:
    """A node without what is not known: None, an empty text, an empty list."""
    known = {name: value for name, value in properties.items() if value not in (None, "", [])}
    return {"@type": kind, "@id": identifier, **known}


def _citation(reference: Reference) -> Node:
    """A work that is cited; one with a DOI or a PMID, which resolve to it, is a scholarly one."""
    resolved = [
        f"https://doi.org/{quote(reference.doi, safe='/:;()')}" if reference.doi else None,
        f"https://pubmed.ncbi.nlm.nih.gov/{reference.pmid}/" if reference.pmid else None,
    ]
    addresses_of = [each for each in (*resolved, reference.url) if each]
    known = {
        "@type": "ScholarlyArticle" if any(resolved) else "CreativeWork",
        "name": reference.title,
        "url": addresses_of[0] if addresses_of else None,
        "sameAs": addresses_of[1:],
        "datePublished": str(reference.year) if reference.year else None,
        "publisher": {"@type": "Organization", "name": reference.publisher}
        if reference.publisher
        else None,
    }
    return {name: value for name, value in known.items() if value not in (None, [])}


def _reference(node: Node) -> Node:
    return {"@id": node["@id"]}


def _review(review: PublishedReview | None) -> Node:
    if review is None:
        return {}
    person: Node = {"@type": "Person", "name": review.by}
    if review.credentials:
        kind = "EducationalOccupationalCredential"
        person["hasCredential"] = {"@type": kind, "name": review.credentials}
    return {"reviewedBy": person, "lastReviewed": review.at.date().isoformat()}


def _aspect(section: PublishedSection) -> Node | None:
    aspect = SECTION_TYPES[section.base_type].health_aspect
    return {"@id": f"{CONTEXT}/{aspect}"} if aspect else None


def _pairs(section: PublishedSection) -> Iterator[tuple[PublishedItem, str]]:
    """The complete pairs of a section, with the answer in plain text."""
    for item in section.items or ():
        answer = _plain(item.answer, section.format)
        if item.question.strip() and answer:
            yield item, answer


def _plain(body: str, body_format: BodyFormat) -> str:
    match body_format:
        case "text":
            return body.strip()
        case "markdown":
            return rendering.render(body).text
        case "html":
            # Published HTML has line feeds between its blocks, which is all that layout needs.
            bare = html.unescape(nh3.clean(body, tags=set()))
            return re.sub(r"\n\s*\n", "\n", bare).strip()
