"""Every error of the domain, as a tree: one sentence each, and no status codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class DermisError(Exception):
    """Something that Dermis refuses; its text is a sentence fit for a caller."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal.

    `pointer` is a JSON Pointer (RFC 6901) into what was sent or into the edition; `code` is
    stable and meant for programs; `detail` says what is wrong and what would be right.
    """

    pointer: str
    code: str
    detail: str


class Refused(DermisError):
    """Refused for one or more reasons, all of them given at once."""

    def __init__(self, sentence: str, reasons: Sequence[Reason] = ()) -> None:
        super().__init__(sentence)
        self.reasons = tuple(reasons)


class Unknown(DermisError):
    """There is no such thing, or the asker may not know of it."""


class Withdrawn(DermisError):
    """The article was published once and is no longer."""


class PointExpired(DermisError):
    """The point of the log is too long ago to be read at."""


class Moved(DermisError):
    """The article is found under another slug.

    `ambiguous` says that the slug alone may lead to an article of another locale.
    """

    def __init__(self, slug: str, locale: str, *, ambiguous: bool = False) -> None:
        super().__init__(f"This article has moved to '{slug}'.")
        self.slug = slug
        self.locale = locale
        self.ambiguous = ambiguous


class Invalid(Refused):
    """Understood, but not acceptable content."""


class Conflict(Refused):
    """The state of the library forbids it."""


class SlugTaken(Conflict):
    """Another article of that locale has the slug, or had it and readers are redirected."""


class TopicTaken(Conflict):
    """Another topic has that kind and key."""


class TopicInUse(Conflict):
    """Articles stand under the topic."""


class PictureInUse(Conflict):
    """Drafts or live articles show the picture."""


class SharedText(Conflict):
    """The text is that of a shared section: it is changed there."""


class SharedInUse(Conflict):
    """Articles use the shared section."""


class NotPublishable(Conflict):
    """The edition does not satisfy what publishing asks for."""


class KeyReused(Refused):
    """The idempotency key was used for another request."""


class StillRunning(Conflict):
    """The first request with the idempotency key is not done yet."""


class ShownOnce(Conflict):
    """The request with the idempotency key was done, and what it answered is not shown again."""


class PreviewRefused(Unknown):
    """The link to a preview is none, has expired or was revoked."""


class NotSubmittable(Conflict):
    """The draft does not satisfy what a review begins with."""


class NotReviewable(Conflict):
    """The edition cannot be signed: by this reviewer, as it is, or at all."""


class MayNotPublish(DermisError):
    """The act would change what readers see, and its actor may only edit."""


class NotPermitted(DermisError):
    """Who asks may do other things, but not this."""


class SignInRefused(DermisError):
    """Whoever it is could not show who they are; nothing is said of whether there is an account."""


class ProviderUnreachable(DermisError):
    """Where people sign in elsewhere nobody answers, or not as a provider does."""


class TooSoon(DermisError):
    """It failed too often of late: wait so many `seconds`."""

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class EditConflict(DermisError):
    """What was to be changed has changed since the editor read it.

    `current` is the revision that it has now, and `text` what it says now: a dataclass with the
    members that reading it answers, or None where it is too large to be repeated.
    """

    def __init__(self, current: str | None = None, text: object | None = None) -> None:
        way = "merge your text with it, or" if text is not None else "read it again and"
        super().__init__(f"This has changed since you read it: {way} repeat the edit.")
        self.current = current
        self.text = text


class MergeConflict(Conflict):
    """Two people changed the same words; `members` has what each of them wrote, as plain data."""

    def __init__(self, sentence: str, members: Mapping[str, object]) -> None:
        super().__init__(sentence)
        self.members = members


class SourceRefused(Refused):
    """A source that cannot be imported: empty, binary, too large, or in an unknown encoding."""


class ArchiveRefused(Refused):
    """An archive or a backup that cannot be taken: damaged, altered, or of a newer version."""


class SearchUnavailable(DermisError):
    """The search index cannot answer now; everything else goes on."""


class IndexMissing(SearchUnavailable):
    """There is no search index: never built, or just replaced by another."""


class IndexUnreachable(SearchUnavailable):
    """The search index cannot be asked now; it may be whole, so it need not be built anew."""


class LibraryUnavailable(DermisError):
    """The database cannot be reached or is busy."""


class LibraryOutdated(DermisError):
    """The database has another schema than this version of the code."""
