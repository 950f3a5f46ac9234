"""Hostile and odd inputs by name: what is written into a folder, and how the program is called.

Every case ends with exit 0, 2 or 3 and, where it is refused, with the words of the refusal.
"""

from __future__ import annotations

import gzip
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CASES", "Case"]

BASE = """\
hydrosim: 1
title: {en: "Pond", zh: 池}
period: {start: 2001-01-01, end: 2001-01-10, step: day}
ladder: [domestic, storage, spare: canal]
series:
  river: {type: series, file: river.csv, column: flow, unit: m3/s}
nodes:
  pond:
    type: reservoir
    storage_curve: curve.csv
    levels: {dead: 1 m, normal: 9 m}
    initial: 50 %
    local_inflow: river
  canal: {type: import, source_kind: yangtze, capacity: 2 m3/s}
  city: {type: demand, use: domestic, flow: 1 m3/s}
links:
  - {from: pond, to: city, capacity: 5 m3/s}
  - {from: canal, to: city, capacity: 5 m3/s}
"""
RIVER = "date,flow\n" + "".join(f"2001-01-{day:02d},{day}\n" for day in range(1, 11))
CURVE = "level_m,storage_m3\n0,0\n5,5000000\n10,20000000\n"


class Case(NamedTuple):
    """One input.

    Attributes
    ----------
    build
        Writes the files into a folder and returns the arguments of the program.
    exits
        Exit codes that are right.
    says
        Words of the message, where it is refused.
    """

    build: Callable[[Path], list[str]]
    exits: tuple[int, ...] = (2,)
    says: str = ""


CASES: dict[str, Case] = {}


def write_base(folder: Path, text: str = BASE, command: str = "check") -> list[str]:
    """Write config, series and curve that run; return the arguments."""
    (folder / "river.csv").write_text(RIVER, encoding="utf-8")
    (folder / "curve.csv").write_text(CURVE, encoding="utf-8")
    (folder / "pond.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    arguments = [command, str(folder / "pond.yaml")]
    return (
        [*arguments, "--out", str(folder / "out"), "--no-plots"] if command == "run" else arguments
    )


def config_bytes(name: str, raw: bytes | Callable[[], bytes], **kind: object) -> None:
    """Add a case of a config of these bytes."""

    def build(folder: Path) -> list[str]:
        arguments = write_base(folder)
        (folder / "pond.yaml").write_bytes(raw() if callable(raw) else raw)
        return arguments

    CASES[name] = Case(build, **kind)  # type: ignore[arg-type]


def replaced(
    name: str, old: str, new: str | Callable[[], str], command: str = "check", **kind: object
) -> None:
    """Add a case of the base config with a part replaced."""
    assert BASE.count(old) >= 1, old

    def build(folder: Path) -> list[str]:
        text = BASE.replace(old, new() if callable(new) else new)
        return write_base(folder, text, command)

    CASES[name] = Case(build, **kind)  # type: ignore[arg-type]


def data_bytes(
    name: str, raw: bytes | Callable[[], bytes], file: str = "river.csv", **kind: object
) -> None:
    """Add a case of a data file of these bytes."""

    def build(folder: Path) -> list[str]:
        text = BASE.replace("river.csv", file) if file != "curve.csv" else BASE
        arguments = write_base(folder, text)
        (folder / file).write_bytes(raw() if callable(raw) else raw)
        return arguments

    CASES[name] = Case(build, **kind)  # type: ignore[arg-type]


def data_place(
    name: str, make: Callable[[Path], object], file: str = "river.csv", **kind: object
) -> None:
    """Add a case in which something else stands where a data file is expected."""

    def build(folder: Path) -> list[str]:
        arguments = write_base(folder)
        (folder / file).unlink()
        make(folder / file)
        return arguments

    CASES[name] = Case(build, **kind)  # type: ignore[arg-type]


# ---- YAML: size, depth, digits, aliases
def _bomb() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    return "\n".join(lines).encode() + b"\n" + BASE.encode()


config_bytes("alias_bomb", _bomb, says="alias")
config_bytes(
    "alias_in_values",
    lambda: BASE.replace('{en: "Pond", zh: 池}', "&t {en: Pond, zh: *t}").encode(),
)
config_bytes("nesting_flow_1000", b"title: " + b"[" * 1000 + b"]" * 1000 + b"\n", says="deep")
config_bytes(
    "nesting_flow_100000", b"title: " + b"[" * 100_000 + b"]" * 100_000 + b"\n", says="deep"
)
config_bytes("nesting_unclosed", b"title: " + b"{a: " * 50_000)
config_bytes(
    "nesting_block_2000",
    lambda: "".join(" " * i + f"k{i}:\n" for i in range(2000)).encode(),
    says="deep",
)
config_bytes("nesting_dashes", b"title: " + b"- " * 20_000 + b"\n")
config_bytes("list_of_100_MB", lambda: b"title: [" + b"1," * 50_000_000 + b"1]\n", says="large")
config_bytes("long_line_20_MB", lambda: b"title: " + b"x" * 20_000_000 + b"\n", says="large")
config_bytes("comments_20_MB", lambda: BASE.encode() + b"# x\n" * 5_000_000, says="large")
config_bytes(
    "unknown_keys_20000", lambda: BASE.encode() + b"".join(b"key%d: 1\n" % i for i in range(20_000))
)
config_bytes(
    "unknown_node_keys_5000",
    lambda: BASE.replace(
        "use: domestic", "use: domestic, " + ", ".join(f"k{i}: 1" for i in range(5000))
    ).encode(),
)
config_bytes("empty", b"", says="empty")
config_bytes("blank", b"\n\n   \n", says="empty")
config_bytes("nul_bytes", b"\0" * 4096)
config_bytes("random_bytes", bytes(range(256)) * 40)
config_bytes("gzip_as_config", lambda: gzip.compress(BASE.encode()))
config_bytes("utf16", BASE.encode("utf-16"))
config_bytes("utf32", BASE.encode("utf-32"))
config_bytes("bom_twice", b"\xef\xbb\xbf" * 2 + BASE.encode(), exits=(0, 2))
config_bytes("cr_lines", BASE.replace("\n", "\r").encode(), exits=(0, 2))
config_bytes("latin1", BASE.replace("池", "").replace("Pond", "Fl\xfc\xdf").encode("latin-1"))
config_bytes("surrogate_bytes", BASE.encode().replace(b"Pond", b"\xed\xa0\x80"))
config_bytes("only_list", b"- a\n- b\n")
config_bytes("only_number", b"42\n")
config_bytes("two_documents", BASE.encode() + b"---\n" + BASE.encode())
config_bytes(
    "python_tag",
    b"title: !!python/object/apply:os.system ['echo hacked']\n" + BASE.encode().partition(b"\n")[2],
)
config_bytes(
    "binary_tag", b"title: !!binary aGVsbG8=\n" + BASE.encode().partition(b"\n")[2], exits=(0, 2)
)
config_bytes("directive", b"%YAML 9.9\n---\n" + BASE.encode(), exits=(0, 2))
config_bytes("tabs", BASE.replace("  ", "\t").encode())
config_bytes("json", b'{"title": "x", "nodes": {}}')
config_bytes("merge_key", b"base: &b {x: 1}\n<<: *b\n" + BASE.encode())
config_bytes("complex_key", b"? [a, b]\n: 1\n" + BASE.encode())
config_bytes(
    "anchor_flood",
    lambda: b"".join(b"x%d: &x%d 1\n" % (i, i) for i in range(20_000)) + BASE.encode(),
)
config_bytes("bell_and_escape", BASE.replace("Pond", "Po\\e[31mnd\\a").encode(), exits=(0, 2))
config_bytes("raw_escape", BASE.encode().replace(b"Pond", b"Po\x1b[31mnd"))
config_bytes("line_of_quotes", b'title: "' + b'\\"' * 100_000 + b"\n")
config_bytes("colon_storm", b"title: " + b"a: " * 20_000 + b"\n")
config_bytes("question_storm", b"? " * 5000 + b"\n")
config_bytes("star_storm", b"title: [" + b"*a," * 20_000 + b"]\n")
config_bytes("ampersand_storm", b"title: " + b"&a " * 5000 + b"x\n")
config_bytes("pipe_storm", b"title: |\n" + b" x\n" * 500_000, exits=(0, 2))

# ---- numbers
for label, number in {
    "exponent_1e999999999": "1e999999999 m3/s",
    "exponent_huge": "1e99999999999999999999 m3/s",
    "exponent_minus": "1e-999999999 m3/s",
    "digits_400": "9" * 400 + " m3/s",
    "digits_4300": "9" * 4301 + " m3/s",
    "digits_100000": "1" * 100_000 + " m3/s",
    "infinity": "inf m3/s",
    "infinity_yaml": ".inf",
    "nan": "nan m3/s",
    "nan_yaml": ".nan",
    "hex": "0x" + "f" * 300,
    "hex_5000": "0x" + "f" * 5000,
    "octal": "0o777",
    "minus_zero": "-0 m3/s",
    "plain_400_digits": "9" * 400,
    "plain_4301_digits": "9" * 4301,
    "plain_100000_digits": "9" * 100_000,
    "unicode_digits": "١ m3/s",
    "full_width": "１ m3/s",
    "superscript": "1 m³/s",
    "fraction": "½ m3/s",
    "boolean": "true",
    "null": "null",
    "text": "much",
    "list": "[1 m3/s, 2 m3/s]",
    "block": "{a: 1}",
    "now": "now",
    "comma": "1,5 m3/s",
    "underscore": "1_000 m3/s",
    "percent": "120 %",
    "unit_power": "1 m99999999999",
    "unit_slash": "1 m" + "/s" * 10_000,
    "unit_long": "1 " + "x" * 100_000,
    "unit_zero": "1 m3/0",
    "spaces": "1" + " " * 100_000 + "m3/s",
    "two_units": "1 m3/s m3/s",
    "negative": "-1 m3/s",
    "quoted_empty": "''",
    "tiny": "1e-320 m3/s",
    "largest": "1.7e308 m3/s",
}.items():
    value = f'"{number}"' if ("," in number and not number.startswith("[")) else number
    replaced(f"flow_{label}", "flow: 1 m3/s", f"flow: {value}", exits=(0, 2))
for label, number in {"capacity_largest": "1e308 m3/s", "capacity_1e300": "1e300 亿m3/s"}.items():
    replaced(label, "capacity: 5 m3/s", f"capacity: {number}", "run", exits=(0, 2))

# ---- dates and periods
for label, end in {
    "year_9999": "9999-12-31",
    "year_10000": "10000-01-01",
    "year_0": "0000-01-01",
    "feb_30": "2001-02-30",
    "now": "now",
    "today": "today",
    "nat": "NaT",
    "before": "2000-01-01",
    "number": "20010110",
    "minus": "-2001-01-01",
    "time": "2001-01-10T25:00",
    "zone": "2001-01-10T00:00Z",
    "year_1": "0001-01-01",
    "long": "2001-01-" + "0" * 5000 + "1",
    "year_999999999": "999999999-01-01",
    "empty": "''",
}.items():
    replaced(
        f"end_{label}",
        "end: 2001-01-10",
        f"end: {end}",
        exits=(2,) if label not in ("number",) else (0, 2),
    )
for label, start in {
    "year_1": "0001-01-01",
    "year_1677": "1677-01-01",
    "now": "now",
    "today": "today",
}.items():
    replaced(f"start_{label}", "start: 2001-01-01", f"start: {start}")
replaced("water_year_feb_30", "ladder:", "water_year: 02-30\nladder:")
replaced("step_days_0", "step: day", "step: {days: 0}")
replaced("step_word", "step: day", "step: eon")

# ---- names
for label, name in {
    "nul": '"ci\\0ty"',
    "newline": '"ci\\nty"',
    "escape": '"ci\\e[2Jty"',
    "bell": '"ci\\aty"',
    "markup": '"[/]"',
    "markup_open": '"[red]"',
    "dollar": '"$\\\\frac{1}$"',
    "formula": '"=HYPERLINK(1)"',
    "slash": '"a/b"',
    "dots": '"../../x"',
    "dot": '"."',
    "empty": '""',
    "space": '" "',
    "html": '"<script>alert(1)</script>"',
    "long": '"' + "n" * 5000 + '"',
    "rtl": '"\\u202ecity"',
    "zero_width": '"ci\\u200bty"',
    "emoji": '"🏙️"',
    "surrogate": '"ci\\ud800ty"',
    "percent": '"%s%n"',
    "brace": '"{0}{city}"',
    "quote": '"ci\'ty"',
    "arrow": '"a->b"',
    "overflow": "overflow",
    "network": "network",
    "number": '"1"',
    "true": '"true"',
    "combining": '"e' + "\\u0301" * 300 + '"',
    "backslash": '"a\\\\b"',
    "comma": '"a,b"',
    "hash": '"#x"',
    "aux": "aux",
    "nan": "nan",
    "at": '"@sum(1)"',
    "plus": '"+1"',
    "minus": '"-1"',
    "tab": '"a\\tb"',
}.items():

    def _named(folder: Path, name: str = name) -> list[str]:
        text = BASE.replace("  city:", f"  {name}:").replace("to: city", f"to: {name}")
        return write_base(folder, text, "run")

    CASES[f"name_{label}"] = Case(_named, exits=(0, 2, 3))
for label, title in {
    "markup": '"[/]"',
    "note": '"[note]"',
    "dollar": '"$\\\\frac"',
    "escape": '"\\e[31m"',
    "formula": '"=1+1"',
    "long": '"' + "t" * 100_000 + '"',
    "nul": '"\\0"',
    "surrogate": '"\\ud800"',
}.items():
    replaced(f"title_{label}", '{en: "Pond", zh: 池}', title, "run", exits=(0, 2))

# ---- data files: places
data_place("data_is_folder", lambda place: place.mkdir(), says="folder")
data_place("data_is_fifo", lambda place: os.mkfifo(place), says="regular file")
data_place("data_is_zero", lambda place: place.symlink_to("/dev/zero"), says="regular file")
data_place("data_is_random", lambda place: place.symlink_to("/dev/urandom"), says="regular file")
data_place("data_is_terminal", lambda place: place.symlink_to("/dev/tty"))
data_place("data_links_to_itself", lambda place: place.symlink_to(place))
data_place("data_links_nowhere", lambda place: place.symlink_to("nowhere"))
data_place("data_is_password_file", lambda place: place.symlink_to("/etc/passwd"))
data_place("data_is_proc", lambda place: place.symlink_to("/proc/self/mem"))
data_place("curve_is_folder", lambda place: place.mkdir(), "curve.csv", says="folder")
data_place("curve_is_fifo", lambda place: os.mkfifo(place), "curve.csv", says="regular file")
data_place(
    "curve_is_zero", lambda place: place.symlink_to("/dev/zero"), "curve.csv", says="regular file"
)
data_place("curve_is_password_file", lambda place: place.symlink_to("/etc/passwd"), "curve.csv")
data_place("config_is_folder", lambda place: place.mkdir(), "pond.yaml", says="folder")
data_place("config_is_fifo", lambda place: os.mkfifo(place), "pond.yaml", says="regular file")
data_place(
    "config_is_zero", lambda place: place.symlink_to("/dev/zero"), "pond.yaml", says="regular file"
)
data_place("config_is_password_file", lambda place: place.symlink_to("/etc/passwd"), "pond.yaml")
for label, file in {
    "nul": '"river\\0.csv"',
    "long": "x" * 300,
    "longer": "x" * 5000,
    "empty": '""',
    "url": "https://example.org/river.csv",
    "home": "~/river.csv",
    "parent": "../" * 50 + "river.csv",
    "surrogate": '"\\ud800.csv"',
    "stdin": "/dev/stdin",
    "dash": '"-"',
    "dot": ".",
    "newline": '"a\\nb.csv"',
}.items():
    replaced(f"path_{label}", "river.csv", file)
    replaced(f"curve_path_{label}", "curve.csv", file)

# ---- data files: content
data_bytes("data_empty", b"", says="")
data_bytes("data_header_only", b"date,flow\n")
data_bytes("data_nul", b"\0" * 100_000)
data_bytes("data_binary", bytes(range(256)) * 100)
data_bytes("data_field_200_KiB", lambda: b"date,flow\n2001-01-01," + b"1" * 200_000 + b"\n")
data_bytes(
    "data_quoted_field_200_KiB", lambda: b'date,flow\n"2001-01-01","' + b"x" * 200_000 + b'"\n'
)
data_bytes("data_open_quote", b'date,flow\n"2001-01-01,1\n' + b"2001-01-02,1\n" * 2000)
data_bytes(
    "data_columns_100000",
    lambda: (
        b"date,"
        + b",".join(b"c%d" % i for i in range(100_000))
        + b"\n2001-01-01"
        + b",1" * 100_000
        + b"\n"
    ),
)
data_bytes("data_commas_1e6", lambda: b"date,flow\n2001-01-01" + b"," * 1_000_000 + b"\n")
data_bytes("data_rows_9e6_dates", lambda: b"date,flow\n" + b"2001-01-01,1\n" * 200_000)
data_bytes("data_lf_only", b"\n" * 1_000_000)
data_bytes("data_digits", b"date,flow\n2001-01-01," + b"9" * 5000 + b"\n")
data_bytes("data_exponent", b"date,flow\n2001-01-01,1e999999999\n")
data_bytes("data_inf", RIVER.replace(",5\n", ",inf\n").encode())
data_bytes("data_nan", RIVER.replace(",5\n", ",nan\n").encode())
data_bytes("data_formula", RIVER.replace(",5\n", ",=1+4\n").encode())
data_bytes("data_dates_now", b"date,flow\nnow,1\ntoday,2\n")
data_bytes("data_dates_nat", b"date,flow\nNaT,1\nNaT,2\n")
data_bytes("data_years_9999", b"date,flow\n9999-12-30,1\n9999-12-31,1\n10000-01-01,1\n")
data_bytes("data_year_0", b"date,flow\n0000-01-01,1\n0000-01-02,1\n")
data_bytes("data_escape_in_header", b"date,\x1b[31mflow\n2001-01-01,1\n")
data_bytes("data_markup_in_header", b"date,[/red]\n2001-01-01,1\n")
data_bytes("data_not_utf8", b"date,flow\n2001-01-01,\xff\xfe\xfa\n")
data_bytes("data_utf16", RIVER.encode("utf-16"), exits=(0, 2))
data_bytes("data_bom", b"\xef\xbb\xbf" + RIVER.encode(), exits=(0,))
data_bytes("data_is_gzip", lambda: gzip.compress(RIVER.encode()))
data_bytes("data_gz_bomb", lambda: gzip.compress(b"\0" * 150_000_000), "river.csv.gz")
data_bytes("data_large_150_MB", lambda: b"date,flow\n" + b"#" * 150_000_000, says="large")
data_bytes("curve_empty", b"", "curve.csv")
data_bytes("curve_not_utf8", b"\xff\xfe\xfa\xfb" * 20, "curve.csv")
data_bytes("curve_utf16", CURVE.encode("utf-16"), "curve.csv", exits=(0, 2))
data_bytes("curve_nul", b"\0" * 10_000, "curve.csv")
data_bytes("curve_secret", b"root:x:0:0:secret words\n", "curve.csv")
data_bytes("curve_one_row", b"level_m,storage_m3\n1,1\n", "curve.csv")
data_bytes("curve_nan", CURVE.replace("5000000", "nan").encode(), "curve.csv")
data_bytes("curve_inf", CURVE.replace("20000000", "inf").encode(), "curve.csv")
data_bytes("curve_exponent", CURVE.replace("20000000", "1e400").encode(), "curve.csv")
data_bytes(
    "curve_rows_1e6",
    lambda: b"level_m,storage_m3\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(1_000_000)),
    "curve.csv",
    exits=(0, 2),
)
data_bytes(
    "curve_field_200_KiB", lambda: b"level_m,storage_m3\n1," + b"x" * 200_000 + b"\n", "curve.csv"
)


# ---- netCDF, xlsx
def _zip_bomb() -> bytes:
    import io

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b" " * 150_000_000)
    return held.getvalue()


def _billion_laughs() -> bytes:
    import io

    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    text = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><workbook>&j;</workbook>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as book:
        book.writestr("[Content_Types].xml", text)
        book.writestr("xl/workbook.xml", text)
    return held.getvalue()


for ending in ("nc", "nc4", "xlsx", "xls", "csv", "txt", "dss", "h5", "zip", "parquet"):
    data_bytes(
        f"data_rubbish_{ending}", b"not what it is called \x00\x01\x02" * 50, f"river.{ending}"
    )
    data_bytes(f"data_empty_{ending}", b"", f"river.{ending}")
data_bytes("netcdf_magic_only", b"CDF\x01", "river.nc")
data_bytes("netcdf_truncated", b"CDF\x01" + struct.pack(">i", 7) + b"\xff" * 60, "river.nc")
data_bytes("hdf5_magic_only", b"\x89HDF\r\n\x1a\n", "river.nc")
data_bytes("hdf5_rubbish", b"\x89HDF\r\n\x1a\n" + zlib.compress(b"x" * 10_000) * 5, "river.nc")
data_bytes("xlsx_zip_bomb", _zip_bomb, "river.xlsx")
data_bytes("xlsx_billion_laughs", _billion_laughs, "river.xlsx")
data_bytes("xlsx_truncated", lambda: _zip_bomb()[:1000], "river.xlsx")
data_place("netcdf_is_folder", lambda place: place.mkdir())
