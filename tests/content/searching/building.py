"""Small articles, put straight into a real library, as publishing would leave them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from content import changes
from content.library import Actor, Library, Work
from content.models import (
    Article,
    ArticleState,
    ArticleTopic,
    Edition,
    EditionState,
    FaqItem,
    Section,
    Topic,
    new_id,
)
from content.rendering import digest
from migrations import upgrading

EDITOR = Actor("an editor", publishes=True)

Text = tuple[str, str | None, str]
"""A section: its type, its heading, its text."""


def make_schema(library: Library) -> None:
    """Migrate it."""
    with library.migrating() as connection:
        upgrading.upgrade(connection)
        connection.exec_driver_sql("DELETE FROM topic_label")
        connection.exec_driver_sql("DELETE FROM topic")


@contextmanager
def library_in(directory: Path) -> Iterator[Library]:
    """A library in a SQLite file of its own."""
    library = Library(f"sqlite:///{directory / 'library.db'}")
    try:
        make_schema(library)
        yield library
    finally:
        library.close()


def publish(
    library: Library,
    slug: str,
    sections: Sequence[Text],
    *,
    title: str = "An article",
    locale: str = "en",
    topics: Sequence[str] = (),
    pairs: Sequence[tuple[str, str]] = (),
) -> str:
    """Publish a new edition of the article, made if need be; `pairs` go to its last section."""
    with library.writing(EDITOR) as work:
        article = _article(work, slug, locale)
        article.topic_links = [_link(work, place, ref) for place, ref in enumerate(topics, 1)]
        _publish(work, article, title, sections, pairs)
        return article.id


def publish_together(library: Library, sections: Mapping[str, Sequence[Text]]) -> list[str]:
    """Publish the articles with those slugs and sections under one number of the log."""
    with library.writing(EDITOR) as work, changes.together(work):
        articles = [_article(work, slug, "en") for slug in sections]
        for article in articles:
            _publish(work, article, "An article", sections[article.slug], [])
        return [article.id for article in articles]


def _publish(
    work: Work,
    article: Article,
    title: str,
    sections: Sequence[Text],
    pairs: Sequence[tuple[str, str]],
) -> None:
    edition = Edition(
        article_id=article.id,
        number=_next_number(work, article),
        title=title,
        created_by="an editor",
        state=EditionState.LIVE,
        sections=[_section(place, each) for place, each in enumerate(sections, 1)],
    )
    edition.sections[-1].items = [_pair(place, each) for place, each in enumerate(pairs, 1)]
    work.session.add(edition)
    work.session.flush()
    article.live_id, article.state = edition.id, ArticleState.LIVE
    article.published_at = article.first_published_at = article.updated_at = work.at
    work.session.flush()
    changes.append_upsert(work, article, edition)


def withdraw(library: Library, slug: str) -> None:
    """Take an article from readers."""
    with library.writing(EDITOR) as work:
        article = work.session.scalars(select(Article).where(Article.slug == slug)).one()
        edition = work.session.get_one(Edition, article.live_id)
        article.live_id, article.state = None, ArticleState.WITHDRAWN
        changes.append_tombstone(work, article, edition)


def live_sections(library: Library) -> list[tuple[str, str]]:
    """Every live section as `(article id, section id)`, in order."""
    statement = select(Article.id, Section.id).join(Section, Section.edition_id == Article.live_id)
    with library.reading() as session:
        return sorted((row[0], row[1]) for row in session.execute(statement))


def _article(work: Work, slug: str, locale: str) -> Article:
    wanted = select(Article).where(Article.slug == slug, Article.locale == locale)
    article = work.session.scalars(wanted).one_or_none()
    if article is None:
        article = Article(slug=slug, locale=locale)
        work.session.add(article)
        work.session.flush()
    return article


def _next_number(work: Work, article: Article) -> int:
    numbers = select(Edition.number).where(Edition.article_id == article.id)
    return max(work.session.scalars(numbers), default=0) + 1


def _section(place: int, given: Text) -> Section:
    kind, heading, text = given
    return Section(
        id=new_id(),
        position=place,
        type=kind,
        heading=heading,
        anchor=f"section-{place}",
        body=text,
        text=text,
        html=text,
        items=[],
    )


def _pair(place: int, given: tuple[str, str]) -> FaqItem:
    question, answer = given
    return FaqItem(
        id=new_id(),
        position=place,
        question=question,
        answer=answer,
        text=answer,
        anchor=f"question-{place}",
        fold=digest([question, answer]),
    )


def _link(work: Work, place: int, ref: str) -> ArticleTopic:
    kind, key = ref.split(":")
    topic = work.session.scalars(
        select(Topic).where(Topic.kind == kind, Topic.key == key)
    ).one_or_none()
    if topic is None:
        topic = Topic(kind=kind, key=key)
        work.session.add(topic)
        work.session.flush()
    return ArticleTopic(topic=topic, topic_id=topic.id, position=place)
