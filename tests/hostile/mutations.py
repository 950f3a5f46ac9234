"""Mutations of a config and of the tables beside it, drawn from a seed.

A mutation changes a text a little: a value of another type or far out, a key dropped, renamed or
doubled, lines in another order or cut off, names exchanged, lists in lists, dates that are none,
signs of other alphabets, whole entries that are gone, moved under another, or there twice, cells
and columns of a table, its marks between cells, and its bytes in another encoding, packed or cut.
"""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["encoded", "mutate", "mutate_table"]

ODD = (
    "nan", ".nan", ".inf", "-.inf", "-1", "0", "1e308", "-1e308", "1e-308", "9" * 40, "1e9999",
    "true", "~", "''", "[]", "{}", "[[]]", "[1, [2, [3]]]", "{a: {b: c}}", "!!int x", "*none",
    "&a x", "| x", "> x", '"\\u0007"', "'\U0001f600'", "中文", "1 furlong", "-5 m3/s", "1e30 亿m3",
    "0 m", "100000 %", "-3 %", "1 m3/s/s", "2001-02-30", "0000-00-00", "99-99", "13-01", "24:00",
    "2001-13-01", "9999-12-31", "1000-01-01", "now", "today", "../../x", "/dev/null", "a" * 5000,
    "min(", "1 / 0", "0 / 0", "storage('x')", "exp(1000)", "year", "month", "null", "0x10", "1_000",
    "1e", "--1", "1.2.3", "5 years", "1 s", "100000 h", "domestic", "spare: x", "{en: x}", "?", ":",
)  # fmt: skip
"""Values of other types, far out, or none at all."""
CELLS = ("", "nan", "-999", "-9999", "1e300", "-1e300", "1e999", "abc", "=1+1", "1,5", "∞", "0x1",
         "2001-02-30", "1900-01-00", '"', "1;2", "\t", "99999999999999999999", "-0")  # fmt: skip
PAIR = re.compile(r"([\w.>\-\u4e00-\u9fff]+)(:[ ]+)([^,{}\[\]#\n]+)")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")
AMOUNT = re.compile(r"(?<![\w.:-])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.:-])")
WORD = re.compile(r"\b[a-z][a-z_]{3,}\b")
UNIT = re.compile(r"(?<=\d )([\w%/^*\u4e07\u4ebf]+)")
UNITS = (
    "m",
    "m3",
    "m3/s",
    "mm",
    "mm/day",
    "%",
    "年",
    "亿m3",
    "万m3/year",
    "1",
    "km2",
    "d",
    "h",
    "m3/s/h",
)
LIST = re.compile(r"\[([^\[\]{}\n]+)\]")
INLINE = re.compile(r", \w+: [^,{}\[\]\n]+(?=[,}])")
END = re.compile(r"(?:from|to): (\w+)")
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{2}-\d{2}\b")


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _replaced(text: str, found: re.Match[str], group: int, value: str) -> str:
    return text[: found.start(group)] + value + text[found.end(group) :]


def _of(rng: Random, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return rng.choice(found) if found else None


def _value(text: str, rng: Random) -> str:
    found = _of(rng, PAIR, text)
    return text if found is None else _replaced(text, found, 3, rng.choice(ODD))


def _number(text: str, rng: Random) -> str:
    found = _of(rng, NUMBER, text)
    if found is None:
        return text
    number = float(found.group())
    others = (-number, number * 1e6, number * 1e-6, 0.0, number + 1.0, 1e18, 2.0 * number)
    return _replaced(text, found, 0, f"{rng.choice(others):.6g}")


def _date(text: str, rng: Random) -> str:
    found = _of(rng, DATE, text)
    odd = ("2001-02-30", "02-30", "00-00", "2001-01-01", "1850-01-01", "12-31", "x", "2001-1-1")
    return text if found is None else _replaced(text, found, 0, rng.choice(odd))


def _key(text: str, rng: Random) -> str:
    found = _of(rng, PAIR, text)
    if found is None:
        return text
    name = found.group(1)
    at = rng.randrange(len(name))
    others = (name[:at] + name[at + 1 :], name + "x", name.upper(), f"{name}.{name}", "type", "x")
    return _replaced(text, found, 1, rng.choice(others))


def _reference(text: str, rng: Random) -> str:
    found, other = _of(rng, WORD, text), _of(rng, WORD, text)
    return text if found is None or other is None else _replaced(text, found, 0, other.group())


def _dropped(text: str, rng: Random) -> str:
    lines = _lines(text)
    del lines[rng.randrange(len(lines))]
    return "".join(lines)


def _doubled(text: str, rng: Random) -> str:
    lines = _lines(text)
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "".join(lines)


def _shuffled(text: str, rng: Random) -> str:
    lines = _lines(text)
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return "".join(lines)


def _indented(text: str, rng: Random) -> str:
    lines = _lines(text)
    place = rng.randrange(len(lines))
    lines[place] = rng.choice(("  ", " ", "\t", "- ")) + lines[place]
    return "".join(lines)


def _outdented(text: str, rng: Random) -> str:
    lines = _lines(text)
    place = rng.randrange(len(lines))
    lines[place] = lines[place].lstrip(" ") if rng.random() < 0.5 else lines[place][2:]
    return "".join(lines)


def _cut(text: str, rng: Random) -> str:
    return text[: rng.randrange(len(text))]


def _nested(text: str, rng: Random) -> str:
    found = _of(rng, PAIR, text)
    if found is None:
        return text
    form = rng.choice(("[{}]", "[{0}, {0}]", "{{x: {}}}", "[[[{}]]]", '"{}"'))
    return _replaced(text, found, 3, form.format(found.group(3)))


def _signs(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    sign = rng.choice(("\x00", "\x1b[2J", "\ufeff", "\u202e", "\ud800", "{", "}", "[", "]", ":",
                       "\t", "'", '"', "#", "&", "*", "!", "%", "`", "\r", "\u2028"))  # fmt: skip
    return text[:at] + sign + text[at + rng.randrange(3) :]


def _entry(lines: list[str], at: int) -> slice:
    """Return the lines of the entry that begins at a line: those below it that stand further in."""
    depth = len(lines[at]) - len(lines[at].lstrip(" "))
    end = at + 1
    while end < len(lines) and (
        not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip(" ")) > depth
    ):
        end += 1
    return slice(at, end)


def _removed_entry(text: str, rng: Random) -> str:
    lines = _lines(text)
    del lines[_entry(lines, rng.randrange(len(lines)))]
    return "".join(lines)


def _moved_entry(text: str, rng: Random) -> str:
    lines = _lines(text)
    place = _entry(lines, rng.randrange(len(lines)))
    entry = lines[place]
    if rng.random() < 0.7:
        del lines[place]
    to = rng.randrange(len(lines) + 1)
    before = lines[to - 1] if lines and to else ""
    inward = len(before) - len(before.lstrip(" ")) + rng.choice((0, 2))
    outward = len(entry[0]) - len(entry[0].lstrip(" "))
    lines[to:to] = [" " * inward + line[outward:] if line.strip() else line for line in entry]
    return "".join(lines)


def _renamed_entry(text: str, rng: Random) -> str:
    """Put an entry there a second time, under another name."""
    lines = _lines(text)
    place = _entry(lines, rng.randrange(len(lines)))
    name = rng.choice(("again", "CON", "aux", "a/b", "..", "x y", "overflow", "all", "1", "中"))
    again = [re.sub(r"[\w.]+(?=:)", name, lines[place][0], count=1), *lines[place][1:]]
    lines[place.stop : place.stop] = again
    return "".join(lines)


def _exchanged(text: str, rng: Random) -> str:
    """Give a key the value of another one."""
    found, other = _of(rng, PAIR, text), _of(rng, PAIR, text)
    if found is None or other is None:
        return text
    return _replaced(text, found, 3, other.group(3))


def _other_unit(text: str, rng: Random) -> str:
    found = _of(rng, UNIT, text)
    return text if found is None else _replaced(text, found, 1, rng.choice(UNITS))


def _scaled(text: str, rng: Random) -> str:
    """Make a number larger or smaller, by a factor of a thousand at most."""
    found = _of(rng, AMOUNT, text)
    if found is None:
        return text
    return _replaced(text, found, 0, f"{float(found.group()) * 10 ** rng.uniform(-3, 3):.4g}")


def _same_key(text: str, rng: Random) -> str:
    """Give a key the value of the same key elsewhere."""
    pairs = list(PAIR.finditer(text))
    if not pairs:
        return text
    found = rng.choice(pairs)
    other = rng.choice([pair for pair in pairs if pair.group(1) == found.group(1)])
    return _replaced(text, found, 3, other.group(3))


def _reordered(text: str, rng: Random) -> str:
    found = _of(rng, LIST, text)
    if found is None:
        return text
    items = found.group(1).split(",")
    rng.shuffle(items)
    if len(items) > 1 and rng.random() < 0.3:
        items.pop()
    return _replaced(text, found, 1, ",".join(items))


def _without_key(text: str, rng: Random) -> str:
    found = _of(rng, INLINE, text)
    return text if found is None else text[: found.start()] + text[found.end() :]


def _other_end(text: str, rng: Random) -> str:
    """Let a link begin or end elsewhere."""
    found, other = _of(rng, END, text), _of(rng, END, text)
    if found is None or other is None:
        return text
    return _replaced(text, found, 1, other.group(1))


_SOFT = (_scaled, _scaled, _scaled, _same_key, _same_key, _reordered, _without_key, _other_end,
         _removed_entry)  # fmt: skip
"""What leaves a configuration that may well be run."""
_KINDS: tuple[tuple[int, Callable[[str, Random], str]], ...] = (
    (8, _value), (6, _number), (3, _date), (3, _key), (4, _reference), (3, _dropped), (2, _doubled),
    (2, _shuffled), (1, _indented), (1, _outdented), (1, _cut), (2, _nested), (1, _signs),
    (3, _removed_entry), (3, _moved_entry), (2, _renamed_entry), (4, _exchanged), (3, _other_unit),
)  # fmt: skip


def mutate(text: str, rng: Random) -> tuple[str, str]:
    """Return a text with one to three mutations, and their names."""
    names: list[str] = []
    weights, kinds = zip(*_KINDS, strict=True)
    chosen = rng.choices(kinds, weights, k=rng.choice((1, 1, 1, 2, 3)))
    for kind in rng.choices(_SOFT, k=rng.choice((1, 2, 3))) if rng.random() < 0.6 else chosen:
        text = kind(text or "x: 1\n", rng)
        names.append(kind.__name__.removeprefix("_"))
    return text, " ".join(names)


def mutate_table(text: str, rng: Random) -> tuple[str, str]:
    """Return a table with a few cells, a row, a column or its head changed, and what was done."""
    lines = _lines(text)
    for _number in range(rng.choice((1, 2, 5))):
        place = rng.choice((0, rng.randrange(len(lines)), rng.randrange(len(lines))))
        cells = lines[place].rstrip("\n").split(",")
        cells[rng.randrange(len(cells))] = rng.choice(CELLS)
        lines[place] = ",".join(cells) + "\n"
    what = rng.choice(("cells", "row dropped", "row doubled", "cut", "order", "column", "marks"))
    if what == "row dropped":
        del lines[rng.randrange(len(lines))]
    elif what == "row doubled":
        lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    elif what == "cut":
        lines = lines[: rng.randrange(1, len(lines) + 1)]
    elif what == "order":
        rng.shuffle(lines)
    elif what == "column":
        at = rng.randrange(lines[0].count(",") + 1)
        rows = [line.rstrip("\n").split(",") for line in lines]
        lines = [",".join(row[:at] + row[at + 1 :]) + "\n" for row in rows]
    elif what == "marks":
        mark = rng.choice((";", "\t", " ", "|", ", ", ",,"))
        lines = [line.replace(",", mark) for line in lines]
    return "".join(lines), what


def encoded(text: str, rng: Random) -> tuple[bytes, str]:
    """Return a text as bytes, one in twelve odd: their encoding, ends of lines, packing."""
    plain = text.encode("utf-8", errors="surrogatepass")
    what = rng.choice(
        ("utf-8",) * 21 + ("utf-16", "gb18030", "bom", "cr", "crlf", "packed", "flip")
    )
    if what in ("utf-16", "gb18030"):
        plain = text.encode(what, errors="replace")
    elif what == "bom":
        plain = b"\xef\xbb\xbf" + plain
    elif what in ("cr", "crlf"):
        plain = plain.replace(b"\n", b"\r" if what == "cr" else b"\r\n")
    elif what == "packed":
        plain = gzip.compress(plain)
        plain = plain[: rng.choice((len(plain), len(plain) // 2, 5))]
    elif what == "flip" and plain:
        turned = bytearray(plain)
        for _number in range(rng.choice((1, 3, 30))):
            turned[rng.randrange(len(turned))] ^= 1 << rng.randrange(8)
        plain = bytes(turned)
    return plain, what
