"""The tallies of topics: whatever editors do, they say what counting would."""

import threading
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

import pytest
from sqlalchemy import select

from content import cataloguing, changes, drafting, editing, publishing, reading
from content.cataloguing import LabelDraft
from content.drafts import SectionDraft
from content.library import Library, Work
from content.models import Article
from content.publications import ALL, ARTICLES, PAIRS, TopicTally
from content.published import PageRequest
from content.reading import Filter
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section

TOPICS: Final = ("procedure:microneedling", "procedure:chemical-peels", "condition:acne")
COUNT: Final = PageRequest(2, count=True)


@pytest.fixture(params=["sqlite", pytest.param("pg", marks=pytest.mark.xdist_group("postgres"))])
def any_library(request: pytest.FixtureRequest) -> Library:
    """An empty library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def tallies(library: Library) -> dict[tuple[str, str], int]:
    with library.reading() as session:
        return {(row.topic, row.counted): row.total for row in session.scalars(select(TopicTally))}


def counts(library: Library) -> dict[tuple[str, str], int]:
    """The same, counted in the live editions themselves."""
    counted: Counter[tuple[str, str]] = Counter()
    folds: set[tuple[str, str | None]] = set()
    with library.reading() as session:
        for article in session.scalars(select(Article).where(Article.live_id.is_not(None))):
            sections = article.live.sections if article.live else []
            for topic in (ALL, *(each.ref for each in article.topics)):
                counted[topic, ARTICLES] += 1
                counted.update((topic, section.type) for section in sections)
                folds |= {(topic, item.fold) for section in sections for item in section.items}
    counted.update((topic, PAIRS) for topic, _ in folds)
    return dict(counted)


class Editor:
    """Does something at random to an article, or publishes one more."""

    def __init__(self, library: Library, seed: int) -> None:
        self.library = library
        self.random = Random(seed)
        self.articles: list[str] = []
        self.acts: list[Callable[[Work, Article], object]] = [
            self.publish,
            self.edit,
            self.retopic,
            self.relabel,
            lambda work, article: editing.delete_article(work, article.id, None),
            lambda work, article: (
                publishing.withdraw(work, article.id, None, "Outdated.")
                if article.live
                else publishing.publish(work, article.id, None)
            ),
        ]

    def act(self) -> None:
        if len(self.articles) < 2 or self.random.random() < 0.3:
            sections = [a_section(), *(self.section() for _ in range(self.random.randrange(4)))]
            made = a_live_article(self.library, sections=sections, topics=self.topics())
            self.articles.append(made.id)
            return
        chosen = self.random.choice(self.articles)
        with self.library.writing(EDITOR) as work:
            article = drafting.lock_article(work, chosen, None)
            self.random.choice(self.acts)(work, article)
            if article.deleted_at:
                self.articles.remove(chosen)

    def topics(self) -> list[str]:
        return self.random.sample(TOPICS, self.random.randint(1, len(TOPICS)))

    def section(self) -> SectionDraft:
        if self.random.random() < 0.5:
            return a_section(self.random.choice(["risks", "aftercare", "benefits"]))
        pairs = [(f"Question {self.random.randrange(4)}?", "Yes.") for _ in range(2)]
        return a_faq(*pairs)

    def publish(self, work: Work, article: Article) -> None:
        if article.draft:
            publishing.publish(work, article.id, None)

    def edit(self, work: Work, article: Article) -> None:
        draft = drafting.open_draft(work, article)
        if len(draft.sections) > 2 and self.random.random() < 0.5:
            editing.remove_section(work, article.id, draft.sections[-1].id, None)
        else:
            editing.add_section(work, article.id, None, self.section(), None)
        if self.random.random() < 0.8:
            publishing.publish(work, article.id, None)

    def retopic(self, work: Work, article: Article) -> None:
        editing.change_article(work, article.id, None, topics=self.topics())

    def relabel(self, work: Work, article: Article) -> None:
        kind, key = article.topic_links[0].topic.ref.split(":")
        names = [LabelDraft(f"Name {self.random.randrange(100)}")]
        cataloguing.relabel_topic(work, kind, key, None, names)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_editors_do_the_tallies_say_what_counting_would(
    any_library: Library, seed: int
) -> None:
    editor = Editor(any_library, seed)
    for _ in range(40):
        editor.act()
        assert tallies(any_library) == counts(any_library)


@pytest.mark.parametrize("seed", range(2))
def test_readers_are_told_the_same_totals_now_and_at_the_last_point(
    library: Library, seed: int
) -> None:
    editor = Editor(library, seed)
    for _ in range(30):
        editor.act()
    with library.reading() as session:
        at = changes.head(session)
        known = reading.topics(session, "en", None)
        assert known == reading.topics(session, "en", None, at=at)
        for each in known:
            about = (each.topic.kind, each.topic.key, "en")
            assert reading.hub(session, *about) == reading.hub(session, *about, at=at)
        for wanted in (Filter(), *(Filter(topics=[ref]) for ref in TOPICS)):
            for ask in (reading.articles, reading.sections, reading.faqs):
                now, then = ask(session, wanted, COUNT), ask(session, wanted, COUNT, at=at)
                assert now.total == then.total
        listed = reading.manifest(session, COUNT).total
        assert listed == reading.manifest(session, COUNT, at=at).total
        assert listed == tallies(library)[ALL, ARTICLES]


@pytest.mark.xdist_group("postgres")
def test_many_who_publish_at_once_are_all_counted(postgres_library: Library) -> None:
    pairs = [a_faq(("Does it hurt?", "A little.")), a_faq(("Is it safe?", "Yes."))]
    drafts = [
        a_draft(postgres_library, f"Article {number}", sections=[pairs[number % 2]])
        for number in range(24)
    ]

    def publish_and_withdraw(mine: list[Article]) -> None:
        for number, article in enumerate(mine):
            with postgres_library.writing(EDITOR) as work:
                publishing.publish(work, article.id, None)
            if number % 2:
                with postgres_library.writing(EDITOR) as work:
                    publishing.withdraw(work, article.id, None, "Outdated.")

    shares = [drafts[number::4] for number in range(4)]
    writers = [threading.Thread(target=publish_and_withdraw, args=(each,)) for each in shares]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert tallies(postgres_library) == counts(postgres_library)
    assert tallies(postgres_library)[ALL, ARTICLES] == 12
