"""Records: named tuples of arrays and whole numbers, handed to a kernel as one address.

Numba hands over every field of a tuple at each call and unpacks every array of it at the entry from
Python.  A record is laid out as a table instead, one line a field: address (or number) and up to
four extents.  Inside a kernel ``opener(Kind)(address)`` gives it back; its fields are read as in
Python, and only those that are read cost anything.
"""

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from hydrosim.kernels import _checked
from hydrosim.kernels._flat import FlatType, make_flat
from hydrosim.kernels._numba import (
    AttributeTemplate,
    config,
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
    types,
)

WORDS = 5
"""Words a field: address and four extents."""

_SHAPES: dict[str, tuple[Any, Any, int]] = {
    "Floats": (np.float64, types.float64, 1),
    "FloatTable": (np.float64, types.float64, 2),
    "FloatCube": (np.float64, types.float64, 3),
    "FloatBlock": (np.float64, types.float64, 4),
    "Integers": (np.int64, types.int64, 1),
    "IntegerTable": (np.int64, types.int64, 2),
    "IntegerCube": (np.int64, types.int64, 3),
}

_NUMBERS = {"int": types.int64, "float": types.float64}

_KEPT: "weakref.WeakValueDictionary[int, Record]" = weakref.WeakValueDictionary()


def _fields_of(kind: type) -> dict[str, str]:
    """Return what each field of a class of named tuples is annotated with."""
    fields = kind.__annotations__.items()
    return {name: getattr(shape, "__forward_arg__", shape) for name, shape in fields}


class Record:
    """A named tuple laid out for kernels; it keeps the arrays alive.

    Parameters
    ----------
    content : NamedTuple
        Its fields are annotated ``int``, ``float`` or as an array of `_SHAPES`.
    parts : iterable of Record
        Records whose addresses the content holds; they are kept alive too.

    Raises
    ------
    TypeError
        If an array has another type or number of extents than its annotation says.
    """

    def __init__(self, content: Any, parts: Iterable["Record"] = ()) -> None:
        self.content = content
        self._parts = tuple(parts)
        self._table = np.zeros((len(content), WORDS), dtype=np.int64)
        for line, (name, kind) in enumerate(_fields_of(type(content)).items()):
            value = content[line]
            if kind == "int":
                self._table[line, 0] = value
                continue
            if kind == "float":
                self._table.view(np.float64)[line, 0] = value
                continue
            dtype, _, ndim = _SHAPES[kind]
            if value.dtype != dtype or value.ndim != ndim or not value.flags.c_contiguous:
                given = f"{value.ndim} extents of {value.dtype}"
                message = f"{type(content).__name__}.{name}: {given}, not {kind}"
                raise TypeError(message)
            self._table[line, 0] = value.ctypes.data
            self._table[line, 1 : 1 + ndim] = value.shape
        if config.DISABLE_JIT:
            _KEPT[id(self)] = self

    @property
    def address(self) -> int:
        """Address for kernels (a mere number where compilation is off)."""
        return id(self) if config.DISABLE_JIT else int(self._table.ctypes.data)


class RecordType(types.Type):
    """Numba's type of an opened record.

    Parameters
    ----------
    kind : type
        The class of named tuples.
    """

    def __init__(self, kind: type) -> None:
        fields = _fields_of(kind).items()
        self.fields = {name: (line, shape) for line, (name, shape) in enumerate(fields)}
        self.kind_name = kind.__name__
        # Numba takes types of one name for one type.
        super().__init__(name=f"Record({kind.__module__}.{kind.__qualname__})")


@register_model(RecordType)
class _RecordModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: RecordType) -> None:
        super().__init__(
            manager, kind, manager.lookup(types.CPointer(types.int64)).get_value_type()
        )


@infer_getattr
class _RecordFields(AttributeTemplate):
    key = RecordType

    def generic_resolve(self, kind: RecordType, name: str) -> Any:
        if name not in kind.fields:
            return None
        shape = kind.fields[name][1]
        return _NUMBERS.get(shape) or FlatType(*_SHAPES[shape][1:])


@lower_getattr_generic(RecordType)
def _read_field(context: Any, builder: Any, kind: RecordType, value: Any, name: str) -> Any:
    line, shape = kind.fields[name]

    def word(number: int) -> Any:
        place = context.get_constant(types.intp, WORDS * line + number)
        return builder.load(builder.gep(value, [place]))

    if shape == "int":
        return word(0)
    if shape == "float":
        return builder.bitcast(word(0), context.get_value_type(types.float64))
    flat = FlatType(*_SHAPES[shape][1:])
    extents = [word(1 + n) for n in range(flat.ndim)]
    label = None
    if _checked.CHECKED:
        text = _checked.text_address(context, builder, f"{kind.kind_name}.{name}")
        label = text, context.get_constant(types.intp, _checked.NO_SLOT)
    return make_flat(context, builder, flat, word(0), extents, label)


def opener(kind: type) -> Callable[[int], Any]:
    """Return the function that opens the record at an address, for kernels.

    Parameters
    ----------
    kind : type
        The class of named tuples.

    Returns
    -------
    callable
        ``open(address)`` with the fields of the named tuple.
    """
    record = RecordType(kind)

    @intrinsic
    def view(typing_context, address):  # type: ignore[no-untyped-def]
        del typing_context

        def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
            del signature
            return builder.inttoptr(arguments[0], context.get_value_type(record))

        return record(types.int64), generate

    def plain(address: int) -> Any:
        return _KEPT[int(address)].content

    return plain if config.DISABLE_JIT else view
