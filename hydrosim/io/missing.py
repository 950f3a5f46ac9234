"""What is meant where a result holds no number: said by the attribute ``nan_means``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import xarray as xr

    from hydrosim.locale import Message

__all__ = ["ENDED", "LACKS", "NAN_MEANS", "explain_missing"]

NAN_MEANS = "nan_means"
LACKS = _("the item has no such quantity")
ENDED = _("the item has no such quantity, or its flood has ended")


def explain_missing(
    dataset: xr.Dataset,
    means: Message = LACKS,
    own: Mapping[str, Message] | None = None,
    over: Collection[str] = (),
) -> xr.Dataset:
    """Say of each variable with values that are no numbers what they mean; return the dataset.

    Parameters
    ----------
    dataset
        A result; attributes of its variables are added to.
    means
        What it means where nothing else is said.
    own
        The same by the name of a variable.
    over
        Dimensions along which an item has numbers everywhere or nowhere: only their first place is
        looked at, so that what is missing in a part of a series stays unexplained.
    """
    for name, variable in dataset.variables.items():
        if variable.dtype.kind != "f" or not variable.size:
            continue
        first = tuple(0 if dim in over else slice(None) for dim in variable.dims)
        if np.isnan(variable.values[first]).any():
            variable.attrs[NAN_MEANS] = str((own or {}).get(str(name), means))
    return dataset
