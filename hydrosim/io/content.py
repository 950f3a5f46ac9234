"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.locale import _

if TYPE_CHECKING:
    from hydrosim.locale import Message

__all__ = ["other_content"]

_BEGINS = {
    b"PK\x03\x04": _("a workbook in the form .xlsx, or another zip file"),
    b"\xd0\xcf\x11\xe0": _("a workbook in the form .xls"),
    b"\x89HDF": _("a netCDF file"),
    b"CDF": _("a netCDF file"),
    b"PAR1": _("a Parquet file"),
    b"%PDF": _("a PDF document"),
    b"\x1f\x8b": _("text packed with gzip, whose name ends in .gz"),
}
_MARKS = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<body")


def other_content(raw: bytes) -> Message | None:
    """Return what the bytes of a file are, where they are no plain text; None for text."""
    for begin, what in _BEGINS.items():
        if raw.startswith(begin):
            return what
    if raw[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKS):
        return _("a page in HTML or XML")
    return None
