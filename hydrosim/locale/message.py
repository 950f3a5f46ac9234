"""Texts for readers: strings in English that can be said again in another language.

A :class:`Message` is a string whose value is the English text, so it can be printed, compared,
joined and written like any other. It keeps what it was made from, and :func:`in_language` says it
anew in another language. :func:`_` marks a text of the catalogue: it is what the extraction of
messages looks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from hydrosim.locale.languages import LANGUAGES, Language, catalogue
from hydrosim.locale.numbers import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "Bilingual",
    "Composed",
    "Message",
    "Phrase",
    "Quoted",
    "_",
    "as_message",
    "in_all_languages",
    "in_language",
    "ngettext",
    "pgettext",
    "values_in",
]


class Message(str):
    """A text in English that can be said in another language; alone it is the same in all."""

    __slots__ = ()

    def __copy__(self) -> Self:
        """Return the text itself: it never changes."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        """Return the text itself: it never changes."""
        del memo
        return self

    def in_language(self, language: Language) -> str:
        """Return the text in a language, as a plain string."""
        del language
        return str.__str__(self)


class Phrase(Message):
    """A text of the catalogue with the values that stand in it.

    Parameters
    ----------
    template
        The English text; where there are values it is a format of :meth:`str.format`.
    values
        What stands in the braces. Messages are said in the language of the phrase, floats without
        a format of their own by :func:`hydrosim.locale.numbers.number`.
    context
        Tells one English text from another that is translated otherwise.
    plural
        The English text for a number other than one; the values hold it as ``count``.
    """

    __slots__ = ("context", "plural", "template", "values")

    template: str
    values: Mapping[str, object]
    context: str
    plural: str

    def __new__(
        cls,
        template: str,
        values: Mapping[str, object] | None = None,
        context: str = "",
        plural: str = "",
    ) -> Phrase:
        """Fill the English text in."""
        given = values or {}
        chosen = plural if plural and given["count"] != 1 else template
        self = super().__new__(cls, _filled(chosen, given, LANGUAGES[0]))
        self.template, self.values, self.context, self.plural = template, given, context, plural
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Make a copy, or the same in another process, from what it was made from."""
        return type(self), (self.template, self.values, self.context, self.plural)

    def with_value(self, old: object, new: object) -> Phrase:
        """Return the same phrase with another value wherever ``old`` stands."""
        values = {name: new if value == old else value for name, value in self.values.items()}
        return Phrase(self.template, values, self.context, self.plural)

    def in_language(self, language: Language) -> str:
        """Return the phrase in a language, its values too."""
        if language == LANGUAGES[0]:
            return str.__str__(self)
        return _filled(self._translated(language), self.values, language)

    def _translated(self, language: Language) -> str:
        known = catalogue(language)
        if self.plural:
            count = self.values["count"]
            assert isinstance(count, int)
            return known.ngettext(self.template, self.plural, count)
        if self.context:
            return known.pgettext(self.context, self.template)
        return known.gettext(self.template) if self.template else ""


class Composed(Message):
    """A text that a function writes in each language from its parts.

    Parameters
    ----------
    write
        A function of a module, called with a language and the parts.
    parts
        What it is made from.
    """

    __slots__ = ("parts", "write")

    write: Callable[..., str]
    parts: tuple[Any, ...]

    def __new__(cls, write: Callable[..., str], *parts: Any) -> Composed:
        """Write the English text."""
        self = super().__new__(cls, write(LANGUAGES[0], *parts))
        self.write, self.parts = write, parts
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Make a copy, or the same in another process, from what it was made from."""
        return type(self), (self.write, *self.parts)

    def in_language(self, language: Language) -> str:
        """Return the text in a language."""
        if language == LANGUAGES[0]:
            return str.__str__(self)
        return self.write(language, *self.parts)


class Bilingual(Message):
    """A text that users give in both languages, such as the title of a node.

    Parameters
    ----------
    english, chinese
        The text in both; without a Chinese one the English one stands for both.
    """

    __slots__ = ("chinese",)

    chinese: str

    def __new__(cls, english: str, chinese: str = "") -> Bilingual:
        """Keep both."""
        self = super().__new__(cls, english)
        self.chinese = chinese or str.__str__(self)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Make a copy, or the same in another process, from both texts."""
        return type(self), (str.__str__(self), self.chinese)

    def in_language(self, language: Language) -> str:
        """Return the text in a language."""
        return self.chinese if language == "zh" else str.__str__(self)


class Quoted(Message):
    """A text of the user in quotes, which keeps what it quotes."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str, longest: int = 0) -> Quoted:
        """Quote a text; of a longer one than ``longest`` (0: any) only that much is shown."""
        cut = f"{text[:longest]}..." if longest and len(text) > longest else text
        self = super().__new__(cls, repr(str(cut)))
        self.text = text
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Make a copy, or the same in another process, from what is quoted."""
        return _quoted_again, (str.__str__(self), self.text)


def _quoted_again(shown: str, text: str) -> Quoted:
    self = str.__new__(Quoted, shown)
    self.text = text
    return self


class _Number(float):
    """A float that writes itself for sentences where no format is asked for."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        return float.__format__(self, form) if form else number(self)


def _filled(template: str, values: Mapping[str, object], language: Language) -> str:
    if not values:
        return template
    texts = {
        name: value if type(value) is str else _said(value, language)
        for name, value in values.items()
    }
    return template.format_map(texts)


def _said(value: object, language: Language) -> object:
    if isinstance(value, Message):
        return value.in_language(language)
    return _Number(value) if isinstance(value, float) else value


def _(template: str, /, **values: object) -> Phrase:
    """Return a text of the catalogue, with its values filled in.

    Parameters
    ----------
    template
        The English text, one string in the code; with values, a format of :meth:`str.format`.
    values
        What stands in its braces.
    """
    return Phrase(template, values)


def pgettext(context: str, template: str, /, **values: object) -> Phrase:
    """Return a text whose English means several things; the context tells which."""
    return Phrase(template, values, context)


def ngettext(one: str, many: str, count: int, /, **values: object) -> Phrase:
    """Return a text about a number: ``ngettext("{count} month", "{count} months", 3)``."""
    return Phrase(one, {"count": count, **values}, plural=many)


def in_language(text: object, language: Language) -> str:
    """Return a text in a language; what is no message is the same in all."""
    return text.in_language(language) if isinstance(text, Message) else str(text)


def in_all_languages(text: object) -> dict[str, str]:
    """Return a text by language, as results keep it."""
    return {language: in_language(text, language) for language in LANGUAGES}


def as_message(text: str) -> Message:
    """Return a text that the catalogue has without a marker, such as the description of a key."""
    return text if isinstance(text, Message) else Phrase(text)


def values_in(text: object) -> Iterator[object]:
    """Yield what stands in a text as a value: names, numbers, and what is quoted."""
    if isinstance(text, Quoted):
        yield text.text
    elif isinstance(text, Phrase):
        for value in text.values.values():
            yield from values_in(value)
    elif isinstance(text, Composed):
        for part in text.parts:
            yield from values_in(part)
    else:
        yield text
