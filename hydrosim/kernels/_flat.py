"""Flat arrays: what a kernel sees of an array whose address it was given.

Numba's own arrays carry seven fields each and wrap negative indices.  A flat array is a pointer
and its extents: it is read by whole numbers from zero on, nothing else.  Kernels compile faster
and run faster with it.  Where compilation is off, numpy's arrays stand in.
"""

import operator
from typing import Any

from hydrosim.kernels import _checked
from hydrosim.kernels._numba import (
    AbstractTemplate,
    AttributeTemplate,
    cgutils,
    config,
    infer_getattr,
    infer_global,
    intrinsic,
    lower_builtin,
    lower_getattr,
    models,
    register_model,
    signature,
    types,
)


class FlatType(types.Type):
    """Numba's type of a flat array.

    Parameters
    ----------
    dtype : numba.types.Type
        Type of its entries.
    ndim : int
        Number of its extents.
    """

    def __init__(self, dtype: Any, ndim: int) -> None:
        self.dtype = dtype
        self.ndim = ndim
        super().__init__(name=f"Flat({dtype}, {ndim})")


@register_model(FlatType)
class _FlatModel(models.StructModel):
    def __init__(self, manager: Any, kind: FlatType) -> None:
        extents = [(f"extent_{n}", types.intp) for n in range(kind.ndim)]
        name = [("origin", types.intp), ("slot", types.intp)] if _checked.CHECKED else []
        super().__init__(manager, kind, [("data", types.CPointer(kind.dtype)), *extents, *name])


@infer_getattr
class _FlatAttributes(AttributeTemplate):
    key = FlatType

    def resolve_size(self, kind: FlatType) -> Any:
        return types.intp if kind.ndim == 1 else None

    def resolve_shape(self, kind: FlatType) -> Any:
        return types.UniTuple(types.intp, kind.ndim)


def _fits(kind: Any, index: Any) -> bool:
    if not isinstance(kind, FlatType):
        return False
    if isinstance(index, types.BaseTuple):
        return len(index) == kind.ndim and all(isinstance(one, types.Integer) for one in index)
    return kind.ndim == 1 and isinstance(index, types.Integer)


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        del kws
        kind, index = args
        return signature(kind.dtype, kind, index) if _fits(kind, index) else None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        del kws
        kind, index, _ = args
        if _fits(kind, index):
            return signature(types.none, kind, index, kind.dtype)
        return None


def make_flat(
    context: Any, builder: Any, kind: FlatType, address: Any, extents: Any, name: Any = None
) -> Any:
    """Return a flat array of an address and its extents, as values of machine code.

    The checked build wants a name too: origin and slot, see `_checked`.
    """
    flat = cgutils.create_struct_proxy(kind)(context, builder)
    flat.data = builder.inttoptr(address, flat.data.type)
    for n, extent in enumerate(extents):
        setattr(flat, f"extent_{n}", extent)
    if _checked.CHECKED:
        flat.origin, flat.slot = name
    return flat._getvalue()


def _place(context: Any, builder: Any, signature_: Any, arguments: Any) -> Any:
    kind, index = signature_.args[:2]
    flat = cgutils.create_struct_proxy(kind)(context, builder, arguments[0])
    if isinstance(index, types.BaseTuple):
        values = cgutils.unpack_tuple(builder, arguments[1], len(index))
        kinds = list(index)
    else:
        values, kinds = [arguments[1]], [index]
    at = None
    for n, (value, number) in enumerate(zip(values, kinds, strict=True)):
        whole = context.cast(builder, value, number, types.intp)
        if _checked.CHECKED:
            axis = n if kind.ndim > 1 else -1
            name = flat.origin, flat.slot
            _checked.require_index(
                context, builder, name, axis, whole, getattr(flat, f"extent_{n}")
            )
        if at is None:
            at = whole
        else:
            at = builder.add(builder.mul(at, getattr(flat, f"extent_{n}")), whole)
    return builder.gep(flat.data, [at])


@lower_builtin(operator.getitem, FlatType, types.Any)
def _read(context: Any, builder: Any, signature_: Any, arguments: Any) -> Any:
    return builder.load(_place(context, builder, signature_, arguments))


@lower_builtin(operator.setitem, FlatType, types.Any, types.Any)
def _write(context: Any, builder: Any, signature_: Any, arguments: Any) -> Any:
    builder.store(arguments[2], _place(context, builder, signature_, arguments))
    return context.get_dummy_value()


@lower_getattr(FlatType, "size")
def _size(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return cgutils.create_struct_proxy(kind)(context, builder, value).extent_0


@lower_getattr(FlatType, "shape")
def _shape(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    flat = cgutils.create_struct_proxy(kind)(context, builder, value)
    extents = [getattr(flat, f"extent_{n}") for n in range(kind.ndim)]
    return cgutils.pack_array(builder, extents)


@intrinsic
def _entries(typing_context, flat, first, size):  # type: ignore[no-untyped-def]
    del typing_context

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        kind, *numbers = signature.args
        whole = cgutils.create_struct_proxy(kind)(context, builder, arguments[0])
        start, extent = (
            context.cast(builder, value, number, types.intp)
            for value, number in zip(arguments[1:], numbers, strict=True)
        )
        word = context.get_value_type(types.intp)
        address = builder.ptrtoint(builder.gep(whole.data, [start]), word)
        name = None
        if _checked.CHECKED:
            name = whole.origin, whole.slot
            _checked.require_end(context, builder, name, start, whole.extent_0)
            _checked.require_end(context, builder, name, extent, whole.extent_0)
            end = builder.add(start, extent)
            _checked.require_end(context, builder, name, end, whole.extent_0)
        return make_flat(context, builder, kind, address, [extent], name)

    return flat(flat, first, size), generate


def _plain_entries(flat: Any, first: int, size: int) -> Any:
    return flat[first : first + size]


entries = _plain_entries if config.DISABLE_JIT else _entries
"""``entries(flat, first, size)``: some entries of a flat array of one extent."""
