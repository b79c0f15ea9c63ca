"""An editors' desk: acts chosen by numbers, in a world small enough that they often collide."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from content import (
    archiving,
    cataloguing,
    changes,
    drafting,
    editing,
    publishing,
    redirecting,
    reviewing,
)
from content.cataloguing import LabelDraft
from content.drafts import SectionDraft
from content.errors import Conflict, Invalid
from content.library import Actor, Library, Work
from content.models import Article, LabelKind, Redirect
from tests.building import EDITOR, a_faq, a_person, a_section, acting

SLUGS: Final = ("calm", "glow", "clear", "even")
LOCALES: Final = ("en", "en", "de")
TOPICS: Final = ("procedure:microneedling", "condition:acne-scars", "device:any-pen")
TITLES: Final = ("Calm skin", "Äther", "a peel", "Zinc", "calm skin")
TYPES: Final = ("aftercare", "risks", "faq", "overview")
PAIRS: Final = (
    ("Does it hurt?", "A little."),
    ("does it HURT", "a *little*"),
    ("How long does it last?", "A year."),
    ("Is it safe?", "100 % of our nurses say so."),
)


class Desk:
    """Editors of one library; every act is one unit of work, and every choice a number."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.ids: list[str] = []
        self.reviewer = a_person(library)
        with library.writing(EDITOR) as work:
            cataloguing.create_topic(work, "device", "any-pen", [LabelDraft("Any pen")])

    @property
    def acts(self) -> Sequence[Callable[[int], object]]:
        """Every kind of act, the frequent ones several times."""
        usual = (self.create, self.edit, self.retitle, self.publish)
        return (
            *(*usual, *usual),
            *(self.move, self.retopic, self.relabel, self.translate),
            *(self.withdraw, self.delete, self.both),
            *self.younger_acts,
        )

    @property
    def younger_acts(self) -> Sequence[Callable[[int], object]]:
        """Those that are younger than what readers see, and its first migration."""
        return (self.sign, self.archive, self.reopen, self.redirect)

    def act(self, choice: int) -> None:
        """The act that the number stands for; what the library's state forbids is left undone."""
        acts = self.acts
        acts[choice % len(acts)](choice // len(acts))

    def create(self, choice: int) -> None:
        """A new article, published at once but for one in four."""
        with self.library.writing(EDITOR) as work:
            created = editing.create_article(
                work,
                title=TITLES[choice % len(TITLES)],
                locale=LOCALES[choice % len(LOCALES)],
                topics=self._topics(choice),
                sections=[self._section(choice), self._section(choice // 3 + 1)],
            )
            if choice % 4:
                publishing.publish(work, created.id, None)
        self.ids.append(created.id)

    def edit(self, choice: int) -> None:
        """Another section or one less, published at once."""

        def change(work: Work, article: Article) -> None:
            draft = drafting.open_draft(work, article)
            if len(draft.sections) > 1 and choice % 3 == 0:
                editing.remove_section(work, article.id, draft.sections[0].id, None)
            else:
                section = self._section(choice)
                editing.add_section(work, article.id, None, section, 1 if choice % 2 else None)
            publishing.publish(work, article.id, None)

        self._with_one(choice, change)

    def retitle(self, choice: int) -> None:
        """Another title, in the draft or published."""

        def change(work: Work, article: Article) -> None:
            title = TITLES[choice % len(TITLES)]
            editing.change_article(work, article.id, None, title=title, summary=f"{choice}.")
            if choice % 2:
                publishing.publish(work, article.id, None)

        self._with_one(choice, change)

    def publish(self, choice: int) -> None:
        """What is in the draft, again where the article was withdrawn."""
        self._with_one(choice, lambda work, one: publishing.publish(work, one.id, None))

    def move(self, choice: int) -> None:
        """Another slug, or a former one again."""
        slug = SLUGS[choice % len(SLUGS)]
        self._with_one(
            choice, lambda work, one: editing.change_article(work, one.id, None, slug=slug)
        )

    def retopic(self, choice: int) -> None:
        """Other topics, or the same in another order."""
        topics = self._topics(choice)
        self._with_one(
            choice, lambda work, one: editing.change_article(work, one.id, None, topics=topics)
        )

    def relabel(self, choice: int) -> None:
        """Other labels for a topic, with a hidden one among them."""
        with self.library.writing(EDITOR) as work:
            self._relabel(work, choice)

    def _relabel(self, work: Work, choice: int) -> None:
        kind, _, key = TOPICS[choice % len(TOPICS)].partition(":")
        labels = [
            LabelDraft(f"Label {choice % 4}"),
            LabelDraft(f"Name {choice % 3}", "de"),
            LabelDraft(f"Also {choice % 2}", kind=LabelKind.ALTERNATIVE),
            LabelDraft(f"Never {choice}", kind=LabelKind.HIDDEN),
        ]
        cataloguing.relabel_topic(work, kind, key, None, labels)

    def translate(self, choice: int) -> None:
        """A translation of another article, or of none any more."""
        original = self.ids[choice // 2 % len(self.ids)] if self.ids and choice % 3 else None
        self._with_one(
            choice,
            lambda work, one: editing.change_article(work, one.id, None, translation_of=original),
        )

    def withdraw(self, choice: int) -> None:
        """Away from readers."""
        self._with_one(choice, lambda work, one: publishing.withdraw(work, one.id, None, "Wrong."))

    def delete(self, choice: int) -> None:
        """Away for good; the desk forgets it."""
        self._with_one(choice, lambda work, one: editing.delete_article(work, one.id, None))
        if self.ids:
            self.ids.pop(choice % len(self.ids))

    def sign(self, choice: int) -> None:
        """A signature under what readers see, by one who may not publish."""
        self._with_one(
            choice,
            lambda work, one: reviewing.sign_live(work, one.id, None, "Sound."),
            acting(self.reviewer),
        )

    def archive(self, choice: int) -> None:
        """Away, with readers led to another article but for one in four."""
        other = self.ids[choice // 3 % len(self.ids)] if self.ids and choice % 4 else None
        self._with_one(
            choice, lambda work, one: archiving.archive(work, one.id, None, "Old.", other)
        )

    def reopen(self, choice: int) -> None:
        """A draft again, published at once but for one in four."""

        def change(work: Work, article: Article) -> None:
            archiving.reopen(work, article.id, None)
            if choice % 4:
                publishing.publish(work, article.id, None)

        self._with_one(choice, change)

    def redirect(self, choice: int) -> None:
        """A slug that leads to an article, to another one, or nowhere any more."""
        locale, slug = LOCALES[choice % 3], SLUGS[choice // 3 % 4]

        def change(work: Work, article: Article) -> None:
            if work.session.get(Redirect, (locale, slug)) is None:
                redirecting.create_redirect(work, locale, slug, article.id)
            elif choice % 3:
                redirecting.change_redirect(work, locale, slug, None, article.id)
            else:
                redirecting.delete_redirect(work, locale, slug, None)

        self._with_one(choice, change)

    def both(self, choice: int) -> None:
        """Two publishes in one instant, and in one unit of work."""
        for number in (choice, choice + 1):
            self.retitle(number * 2)

        def change(work: Work, article: Article) -> None:
            publishing.publish(work, article.id, None)
            for other in self.ids:
                if other != article.id:
                    publishing.publish(work, other, None)
                    return

        self._with_one(choice, change)

    def _with_one(
        self, choice: int, change: Callable[[Work, Article], Any], actor: Actor = EDITOR
    ) -> None:
        if not self.ids:
            return
        try:
            with self.library.writing(actor) as work:
                chosen = self.ids[choice % len(self.ids)]
                change(work, drafting.lock_article(work, chosen, None))
        except (Conflict, Invalid):
            return  # No draft, not live, the slug is another's, or it cannot be a translation.

    def _topics(self, choice: int) -> Sequence[str]:
        first, second = TOPICS[choice % 3], TOPICS[choice // 3 % 3]
        return [first] if choice % 2 else list(dict.fromkeys([first, second]))

    def _section(self, choice: int) -> SectionDraft:
        kind = TYPES[choice % len(TYPES)]
        if kind == "faq":
            pairs = {PAIRS[choice // 4 % 4], PAIRS[choice // 16 % 4]}
            return a_faq(*sorted(pairs))
        return a_section(kind, f"Heading {choice % 3}", f"Text {choice}.")


class OldDesk(Desk):
    """One that does what could be done when what readers see was first filled from the log."""

    @property
    def younger_acts(self) -> Sequence[Callable[[int], object]]:
        """None."""
        return ()


class ReleaseDesk(Desk):
    """Editors who also change several articles at once."""

    @property
    def acts(self) -> Sequence[Callable[[int], object]]:
        """Those of a desk, and as many releases as other publishes."""
        return (*super().acts, *(self.release,) * 4)

    def release(self, choice: int) -> None:
        """Several articles published, moved, relabelled and taken away, under one number."""
        if not self.ids:
            return
        self._at_once([self._part(choice // 4 + number * 7) for number in range(3 + choice % 5)])

    def _at_once(self, parts: Sequence[Callable[[Work], object]]) -> None:
        """All of it under one number of the log, but for what the library's state forbids."""
        with self.library.writing(EDITOR) as work, changes.together(work):
            for part in parts:
                with suppress(Conflict, Invalid):
                    part(work)

    def _part(self, choice: int) -> Callable[[Work], object]:
        """One act of a release, often one upon an article that another act was upon."""
        of = self.ids[choice % len(self.ids)]
        topics, slug = self._topics(choice), SLUGS[choice % len(SLUGS)]
        parts: Sequence[Callable[[Work], object]] = (
            lambda work: self._edit_and_publish(work, of, choice),
            lambda work: self._edit_and_publish(work, of, choice + 1),
            lambda work: publishing.publish(work, of, None),
            lambda work: publishing.withdraw(work, of, None, "Wrong."),
            lambda work: editing.change_article(work, of, None, topics=topics),
            lambda work: editing.change_article(work, of, None, slug=slug),
            lambda work: self._relabel(work, choice),
        )
        return parts[choice // 3 % len(parts)]

    def _edit_and_publish(self, work: Work, article_id: str, choice: int) -> None:
        editing.add_section(work, article_id, None, self._section(choice), 1)
        publishing.publish(work, article_id, None)
