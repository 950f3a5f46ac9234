"""The folder of an ensemble: tables in Zarr by region, one marker a chunk, written last.

A chunk counts when its marker exists. Whatever kills a run leaves whole chunks and at most parts
that the next one overwrites.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.ensemble.measures import DISCHARGE_EDGES
from hydrosim.ensemble.plan import EnsemblePlan, Layout, Part, described
from hydrosim.errors import DataError
from hydrosim.io.folder import MADE_BY, REPORT
from hydrosim.io.json_file import json_of, proved, proved_text
from hydrosim.io.manifest import MANIFEST, sum_of
from hydrosim.io.whole_file import write_whole
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "COUNTS",
    "FORM",
    "TABLES",
    "EnsembleStore",
    "create_store",
    "open_ensemble",
    "refuse_damaged_chunks",
    "unfinished",
]

FORMS = "tables"
"""Key of the check sums of the forms of the tables."""
FORM, TABLES, MARKERS, RESULT = "ensemble.json", "members.zarr", "chunks", "ensemble.nc"
WORST = "worst"
OWN = frozenset(
    (
        FORM,
        TABLES,
        MARKERS,
        RESULT,
        WORST,
        MADE_BY,
        MANIFEST,
        "verdicts.csv",
        "certificate.json",
        REPORT,
    )
)
COUNTS: dict[str, tuple[str, ...]] = {
    "storage_count": ("store", "day_of_year", "storage_class"),
    "discharge_count": ("reach", "discharge_class"),
}
EXPECTED = _("a new folder, or with `--resume` the unfinished ensemble of the same config")


ALL = slice(None)


class EnsembleStore:
    """The tables of an ensemble; chunks may be written from many threads or processes."""

    def __init__(self, plan: EnsemblePlan) -> None:
        import zarr

        self._plan = plan
        self._group = zarr.open_group(plan.folder / TABLES, mode="r+")
        self._places: dict[tuple[str, tuple[str, ...]], NDArray[np.int64]] = {}

    def done(self, part: Part) -> bool:
        """Return whether a chunk is there whole: its marker, and its tables as written."""
        try:
            sums = self.marker(part)["sums"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return sums == _sums_of(self._plan.folder, part.scenario, part.chunk)

    def marker(self, part: Part) -> dict[str, Any]:
        """Return what a chunk's marker says."""
        return proved(self._marker(part))

    def write(
        self,
        part: Part,
        tables: Mapping[str, NDArray[np.float64]],
        counts: Mapping[str, NDArray[np.int64]],
        items: Mapping[str, Sequence[str]],
        marker: Mapping[str, Any],
    ) -> None:
        """Write a chunk and then its marker.

        Parameters
        ----------
        part
            Which chunk.
        tables
            By name, shape (member of the chunk, ...); items as this scenario has them.
        counts
            Whole numbers over all members of the chunk.
        items
            Names along each dimension of this scenario.
        marker
            Content of the marker.
        """
        layout = self._plan.layout
        region = slice(part.first, part.last)
        for name, dims in layout.variables.items():
            if name not in tables:
                continue
            block = _placed(tables[name], dims, layout, items)
            self._group[name][part.scenario, region] = block  # type: ignore[index]
        for name, numbers in counts.items():
            if name in self._group:
                block = _placed(numbers[np.newaxis], COUNTS[name], layout, items, fill=0)
                self._group[name][part.scenario, part.chunk] = block[0]  # type: ignore[index]
        sums = _sums_of(self._plan.folder, part.scenario, part.chunk)
        write_whole(self._marker(part), proved_text({**marker, "sums": sums}))

    def _marker(self, part: Part) -> Path:
        return self._plan.folder / MARKERS / f"{part.name}.json"

    def table(
        self, name: str, scenario: int, members: slice = ALL, items: slice = ALL
    ) -> NDArray[np.float64]:
        """Return a kept table of a scenario, (member, ..., item), or a part of it."""
        array: Any = self._group[name]
        between = (ALL,) * (array.ndim - 3)
        return np.asarray(array[(scenario, members, *between, items)])

    def counted(self, name: str, scenario: int) -> NDArray[np.int64]:
        """Return the sum of counts over all chunks of a scenario, added chunk by chunk."""
        array: Any = self._group[name]
        total = np.zeros(array.shape[2:], dtype=np.int64)
        for chunk in range(array.shape[1]):
            total += np.asarray(array[scenario, chunk])
        return total


def _sums_of(folder: Path, scenario: int, chunk: int) -> dict[str, str]:
    """Return the check sums of the files of one chunk, by their names below the folder."""
    found = sorted((folder / TABLES).glob(f"*/c/{scenario}/{chunk}/**/*"))
    return {path.relative_to(folder).as_posix(): sum_of(path) for path in found if path.is_file()}


def _sums_of_forms(folder: Path) -> dict[str, str]:
    """Return the check sums of what says the types and shapes of the tables."""
    found = sorted((folder / TABLES).rglob("zarr.json"))
    return {path.relative_to(folder).as_posix(): sum_of(path) for path in found}


def _refuse_damaged_forms(folder: Path) -> None:
    """Refuse an ensemble whose tables have lost their form.

    Raises
    ------
    DataError
        With the file that is not what was written.
    """
    form = folder / FORM
    try:
        written = json_of(form).get(FORMS, {})
        now = _sums_of_forms(folder)
        unlike = [name for name in written if now.get(name) != written[name]]
    except (OSError, ValueError, AttributeError, TypeError):
        unlike = [FORM]
    if unlike:
        raise DataError(
            str(folder / unlike[0]),
            found=_("damaged or changed since"),
            expected=_("the ensemble run again, into another folder or with `--replace`"),
        )


def refuse_damaged_chunks(folder: Path) -> None:
    """Refuse an ensemble of which a chunk is not what was written.

    Raises
    ------
    DataError
        With the first chunk that is damaged.
    """
    _refuse_damaged_forms(folder)
    for marker in sorted((folder / MARKERS).glob("*.json")):
        scenario, _unused, chunk = marker.stem.partition("_")
        try:
            sums = proved(marker)["sums"]
            whole = sums == _sums_of(folder, int(scenario), int(chunk))
        except (OSError, ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise DataError(
                str(folder),
                found=_("the chunk {name}, damaged or changed since", name=marker.stem),
                expected=_("`hydrosim ensemble --resume`, which runs it again"),
            )


def _placed(
    block: NDArray[Any],
    dims: Sequence[str],
    layout: Layout,
    items: Mapping[str, Sequence[str]],
    fill: float = np.nan,
) -> NDArray[Any]:
    """Return a block of one scenario at the places that its items have among all scenarios."""
    for axis, dimension in enumerate(dims, start=1):
        names = items.get(dimension)
        if names is None or list(names) == list(layout.items[dimension]):
            continue
        places = [layout.items[dimension].index(name) for name in names]
        shape = list(block.shape)
        shape[axis] = len(layout.items[dimension])
        wide = np.full(shape, fill, dtype=block.dtype)
        wide[(slice(None),) * axis + (places,)] = block
        block = wide
    return block


def create_store(plan: EnsemblePlan, *, resume: bool) -> EnsembleStore:
    """Open the folder of an ensemble, new or with the chunks that an interrupted run has left.

    Raises
    ------
    DataError
        If the folder holds other things, or another or an unfinished ensemble that is not to be
        resumed.
    """
    folder = plan.folder
    form = folder / FORM
    if folder.exists() and not folder.is_dir():
        raise DataError(str(folder), found=_("a file"), expected=EXPECTED)
    if form.exists() and resume:
        _check_same(plan, form)
    else:
        _check_free(folder, resume=resume)
        for name in OWN:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (folder / MARKERS).mkdir(parents=True)
        _create_tables(plan)
        header = {**plan.header, FORMS: _sums_of_forms(folder)}
        write_whole(form, json.dumps(header, ensure_ascii=False, indent=1))
    return EnsembleStore(plan)


def unfinished(folder: Path) -> bool:
    """Return whether a folder holds an ensemble that was not brought to its end."""
    return (folder / FORM).exists() and not (folder / RESULT).exists()


def _check_free(folder: Path, *, resume: bool) -> None:
    if not folder.exists():
        if resume:
            raise DataError(str(folder), found=_("no such folder"), expected=EXPECTED)
        return
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in OWN)
    if foreign:
        raise DataError(
            str(folder),
            found=_("a folder with other files: {foreign}", foreign=foreign[0]),
            expected=EXPECTED,
        )
    if unfinished(folder) and not resume:
        raise DataError(
            str(folder),
            found=_("an ensemble that was not finished"),
            expected=_("`--resume` to go on with it, or another folder"),
        )


def _check_same(plan: EnsemblePlan, form: Path) -> None:
    """Refuse to go on with what another config, version or processor has begun."""
    try:
        before = json_of(form)
    except (OSError, ValueError) as error:
        raise DataError(str(form), found=str(error), expected=EXPECTED) from error
    if not isinstance(before, dict):
        raise DataError(str(form), found=_("no plan of an ensemble"), expected=EXPECTED)
    now = json.loads(json.dumps(plan.header))
    differ = [key for key in now if before.get(key) != now[key]]
    if differ:
        raise DataError(
            str(plan.folder),
            found=_("an ensemble with other {differ}", differ=", ".join(differ)),
            expected=_("the same config, number of members, version and processor for `--resume`"),
        )
    _refuse_damaged_forms(plan.folder)


def _create_tables(plan: EnsemblePlan) -> None:
    """Make empty arrays, chunked as they will be written."""
    import zarr

    layout = plan.layout
    group = zarr.open_group(plan.folder / TABLES, mode="w")
    scenarios, chunks = len(plan.scenarios), -(-plan.members // plan.chunk)
    for name, dims in layout.variables.items():
        sizes = tuple(layout.size(dim) for dim in dims)
        group.create_array(
            name,
            shape=(scenarios, plan.members, *sizes),
            chunks=(1, plan.chunk, *sizes),
            dtype="float64",
            fill_value=float("nan"),
            dimension_names=("scenario", "member", *dims),
            attributes={**described(name)},
        )
    for name, dims in COUNTS.items():
        if all(dim not in ("store", "reach") or dim in layout.items for dim in dims):
            sizes = tuple(layout.size(dim) for dim in dims)
            group.create_array(
                name,
                shape=(scenarios, chunks, *sizes),
                chunks=(1, 1, *sizes),
                dtype="int32",
                fill_value=0,
                dimension_names=("scenario", "chunk", *dims),
                attributes={"units": "1"},
            )
    labels: dict[str, Any] = {
        "scenario": ("scenario", [one.name for one in plan.scenarios]),
        "member": ("member", list(range(plan.members))),
        "water_year": ("water_year", layout.water_years),
        "complete": ("water_year", layout.complete),
        "discharge_edge": ("discharge_edge", DISCHARGE_EDGES.tolist()),
        **{dim: (dim, names) for dim, names in layout.items.items()},
        **{name: (dim, texts.tolist()) for name, (dim, texts) in layout.coordinates.items()},
    }
    # As JSON: Zarr has no settled form for text of a fixed length.
    group.attrs["labels"] = labels


def open_ensemble(folder: Path) -> Any:
    """Open the tables of an ensemble lazily as an xarray.Dataset.

    Raises
    ------
    FileNotFoundError
        If there are none.
    DataError
        If a chunk is not what was written.
    """
    import xarray as xr

    path = Path(folder) / TABLES
    if not path.is_dir():
        msg = f"there is no ensemble at {folder}"
        raise FileNotFoundError(msg)
    refuse_damaged_chunks(Path(folder))
    dataset = xr.open_zarr(path, consolidated=False, chunks=None)
    labels = dataset.attrs.pop("labels")
    known = {name: (dim, np.array(content)) for name, (dim, content) in labels.items()}
    return dataset.assign_coords({n: c for n, c in known.items() if c[0] in dataset.dims})
