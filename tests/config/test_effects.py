"""Whatever is accepted has an effect: each key of each block changes arrays, results or messages.

The keys are those of the schemas; small configurations of ``tests/models/effects`` write them. In
the short run each key that is written has to be read by what turns a configuration into arrays,
results and pictures, or its change has to be seen; with ``HYDROSIM_LONG=1`` each is changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from hydrosim.config.describe import described_texts, keys_of
from hydrosim.parts.data_file import LaidOut
from tests.config.effects import OBSERVED, Base, Key, bases, effect, load, seen, written

LONG = os.environ.get("HYDROSIM_LONG") == "1"
LAYOUT = set(LaidOut.model_fields)
"""Keys that say how a file is read: every block that has them hands them on as one layout."""
APART = {"base", "notes"}
"""A second file, which ``test_base_file.py`` has, and remarks that are for readers of the file."""


def blocks() -> list[type[BaseModel]]:
    """Return the blocks of the schemas that the reference describes, those inside others too."""
    return list(dict.fromkeys(block for block, _text in described_texts()))


def expected() -> set[tuple[type[BaseModel], str]]:
    """Return the keys that need an effect."""
    return {
        (block, key.name)
        for block in blocks()
        for key in keys_of(block)
        if key.name not in {"type", *APART}
        and not (issubclass(block, LaidOut) and key.name in LAYOUT)
    }


@contextmanager
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[type, str]]]:
    """Gather which keys of which blocks are read."""
    read: set[tuple[type, str]] = set()

    def told(block: BaseModel, name: str) -> object:
        if not name.startswith("_"):
            read.add((type(block), name))
        return object.__getattribute__(block, name)

    with monkeypatch.context() as patch:
        patch.setattr(BaseModel, "__getattribute__", told, raising=False)
        yield read


def test_every_key_is_written_in_some_configuration():
    known = {(key.model, key.name) for base in bases() for key in written(base)}
    missing = sorted(f"{block.__name__}.{name}" for block, name in expected() - known)
    assert missing == [], "a key without an entry in tests/models/effects"


def test_every_block_that_reads_files_hands_its_layout_on():
    sample = {"encoding": "gbk", "header": 2, "data_from": 3, "separator": "tab", "sheet": "s",
              "decimal": "comma", "columns": ("a", "b"), "select": {"lat": 1.0}}  # fmt: skip
    times = {"time": ("t",), "dates": "d/m/Y", "zone": ("UTC",), "stamp": "end"}
    assert {*sample, *times} == LAYOUT
    owners = [block for block in blocks() if issubclass(block, LaidOut)]
    assert len(owners) >= 5
    for owner in owners:
        plain = owner.model_construct()
        for key, value in {**sample, **times}.items():
            try:
                other = owner.model_construct(**{key: value})
            except PydanticCustomError as refused:  # as that of times in a table of years
                found = f"the key `{key}`" in str(refused)
            else:
                found = plain.layout != other.layout
            assert found, (owner, key)


def names_of(key: Key) -> str:
    """Return the name of the field of a key."""
    fields = key.model.model_fields.items()
    return next(name for name, field in fields if (field.alias or name) == key.name)


def unseen(base: Base, keys: list[Key]) -> list[str]:
    """Return the keys whose change is not seen, by path."""
    before = list(seen(base, base.content))
    return ["/".join(map(str, key.path)) for key in keys if not effect(base, key, before)]


@pytest.mark.skipif(LONG, reason="each key is changed in the long mode")
def test_every_key_is_read_or_its_change_is_seen(monkeypatch):
    done: set[tuple[type, str]] = set()
    left: dict[tuple[type, str], list[tuple[Base, Key]]] = {}
    for base in bases():
        config = load(base.content, base.name)
        with reading(monkeypatch) as read:
            for one in base.observe:
                OBSERVED[one](config)
        for key in written(base):
            if (key.model, names_of(key)) in read:
                done.add((key.model, key.name))
            else:
                left.setdefault((key.model, key.name), []).append((base, key))
    wrong = [
        f"{block.__name__}.{name}"
        for (block, name), places in left.items()
        if (block, name) not in done and all(unseen(base, [key]) for base, key in places)
    ]
    assert wrong == []


@pytest.mark.skipif(not LONG, reason="long: hundreds of configurations")
def test_every_key_has_an_effect():
    done: dict[tuple[type, str], str] = {}
    for base in bases():
        before = list(seen(base, base.content))
        for key in written(base):
            place = key.model, key.name
            if done.get(place, "none"):
                path = "/".join(map(str, key.path))
                done[place] = "" if effect(base, key, before) else f"{base.name}: {path}"
    assert sorted(filter(None, done.values())) == []


def test_a_key_without_effect_is_found():
    base = next(one for one in bases() if one.name == "fields")
    content = {**base.content, "notes": "A remark."}
    with_notes = base._replace(content=content, about=("notes",))
    (key,) = written(with_notes)
    assert unseen(with_notes, [key]) == ["notes"]
