"""The topics of what was corrected, counted as they were when it was proposed."""

from collections import Counter
from collections.abc import Container, Mapping

from content import rendering
from content.importing.proposals import Proposal, ProposedArticle, ProposedSection
from content.importing.proposing import proposed_topics
from content.shingles import whole_text
from content.topics import TopicMatcher


def wordings(proposal: Proposal) -> dict[str, str]:
    """What each article and each section says, by id, to see later what says something else."""
    said = {each.id: _section_wording(each) for each in proposal.sections}
    for article in proposal.articles:
        said[article.id] = "\n".join([article.title, *(said[each.id] for each in article.sections)])
    return said


def recount(
    proposal: Proposal, matcher: TopicMatcher, before: Mapping[str, str], chosen: Container[str]
) -> None:
    """Count the topics of what says something else than the `wordings` before.

    The articles whose ids are `chosen` keep their topics, because an editor gave them.
    """
    now = wordings(proposal)
    changed = {identity for identity, said in now.items() if before.get(identity) != said}
    for article in proposal.articles:
        if article.id in changed:
            counts = _recount_sections(article, matcher, changed)
            if article.id not in chosen:
                article.topics = proposed_topics(matcher, matcher.count(article.title), counts)


def section_text(section: ProposedSection) -> str:
    """The Markdown of a section, its pairs after its body, without its heading."""
    return whole_text(section.body, [(each.question, each.answer) for each in section.items])


def plain_text(markdown: str) -> str:
    """What a reader sees of a Markdown text, on one line."""
    return " ".join(rendering.render(markdown).text.split())


def _recount_sections(
    article: ProposedArticle, matcher: TopicMatcher, changed: Container[str]
) -> Mapping[str, int]:
    """How often all the sections name each topic; those that changed get theirs."""
    counts: Counter[str] = Counter()
    for section in article.sections:
        heading = section.heading or ""
        named = matcher.count(f"{heading} \n{plain_text(section_text(section))}")
        counts.update(named)
        if section.id in changed:
            section.topics = proposed_topics(matcher, matcher.count(heading), named)
    return counts


def _section_wording(section: ProposedSection) -> str:
    return f"{section.heading or ''}\n{section_text(section)}"
