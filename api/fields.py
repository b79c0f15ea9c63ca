"""Fields that take only what the strictest database can store: the one strict layer."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields

from content import texts
from content.drafts import LOCALE, nearest

_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_FULL_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOST: Final = 2**63 - 1


class Text(fields.String):
    """Unicode text in NFC, with LF as the line break, and no other control character than TAB."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        text = texts.with_line_feeds(text)
        objection = texts.objection(text)
        if objection:
            raise ValidationError(f"The text {objection.detail}.")
        return texts.composed(text)


class Locale(Text):
    """A language tag (BCP 47) as Dermis writes them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        tag = super()._deserialize(value, attr, data, **kwargs)
        if not LOCALE.fullmatch(tag):
            raise ValidationError("Must be a language tag such as en, en-GB or zh-Hant.")
        return tag


class Count(fields.Field[int]):
    """A whole number in a range, as a JSON integer: neither `true` nor `"12"` nor `12.0`."""

    def __init__(self, least: int, most: int = _MOST, **kwargs: Any) -> None:
        bounds = {"type": "integer", "minimum": least, "maximum": most}
        super().__init__(metadata={**bounds, **kwargs.pop("metadata", {})}, **kwargs)
        self.least = least
        self.most = most

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        wrong = f"Must be a whole number from {self.least} to {self.most}."
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValidationError(wrong)
        return value


class Digits(Count):
    """A whole number in a range, as digits in a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value):
            value = int(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Share(fields.Field[float]):
    """A number from 0 to 1, as decimals in a query."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = {"type": "number", "minimum": 0, "maximum": 1}
        super().__init__(metadata={**bounds, **kwargs.pop("metadata", {})}, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if not re.fullmatch(r"0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?", str(value), re.ASCII):
            raise ValidationError("Must be a number from 0 to 1, such as 0.8.")
        return float(value)


class Flag(fields.Field[bool]):
    """JSON's `true` or `false`, and nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "boolean", **kwargs.pop("metadata", {})}, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Must be true or false.")
        return value


class Toggle(Flag):
    """`true` or `false` in a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        known = {"true": True, "false": False}
        return super()._deserialize(known.get(str(value)), attr, data, **kwargs)


@lru_cache(4_096)
def rfc_3339(instant: datetime) -> str:
    """The instant in UTC as RFC 3339 writes it, to the microsecond."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class When(fields.Field[datetime]):
    """An instant as RFC 3339 writes it, with its zone; answered in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        about = {"type": "string", "format": "date-time"}
        super().__init__(metadata={**about, **kwargs.pop("metadata", {})}, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else rfc_3339(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        wrong = "Must be an RFC 3339 instant with its zone, such as 2026-03-01T09:00:00Z."
        try:
            if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
                raise ValidationError(wrong)
            found = datetime.fromisoformat(value.upper())
        except ValueError as error:
            raise ValidationError(wrong) from error
        # Years at the ends of the calendar cannot be brought to UTC on every database.
        if found.tzinfo is None or not 1900 <= found.year <= 9000:
            raise ValidationError(wrong)
        return found.astimezone(UTC)


class Day(fields.Field[date]):
    """A day as RFC 3339 writes a full date."""

    def __init__(self, **kwargs: Any) -> None:
        about = {"type": "string", "format": "date"}
        super().__init__(metadata={**about, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        wrong = "Must be a day such as 2026-03-01."
        if not isinstance(value, str) or not _FULL_DATE.fullmatch(value):
            raise ValidationError(wrong)
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(wrong) from error


class Several(Text):
    """Texts in one value, parted by commas; in a query they may also be given one by one."""

    def __init__(self, items: dict[str, Any] | None = None, **kwargs: Any) -> None:
        about = {"type": "array", "items": {"type": "string", **(items or {})}}
        super().__init__(metadata={**about, **kwargs.pop("metadata", {})}, **kwargs)


class Choices(Several):
    """One or several of the known words, parted by commas."""

    def __init__(self, known: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__({"enum": list(known)}, **kwargs)
        self.known = known

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        words = value.split(",") if isinstance(value, str) else []
        unknown = [word for word in words if word not in self.known]
        if unknown or not words:
            hint = nearest(unknown[0], self.known) if unknown else "."
            what = f"'{', '.join(unknown)[:80]}' is not known{hint}"
            raise ValidationError(f"{what} Known: {', '.join(self.known)}.")
        return list(dict.fromkeys(words))


class Either(fields.Field[Any]):
    """One of several shapes, by the class of what is answered; only for answers."""

    def __init__(self, shapes: Mapping[type, type[Schema]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shapes = {kind: shape() for kind, shape in shapes.items()}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return self.shapes[type(value)].dump(value)
