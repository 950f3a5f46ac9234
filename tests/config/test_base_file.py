"""A file with a base holds changes of it, and each part keeps its file and line."""

import pytest

from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import ConfigError

pytestmark = pytest.mark.usefixtures("dummy_types")

BASE = """\
hydrosim: 1
title: base
period: {start: 2001-01-01, end: 2001-12-31}
ladder: [domestic]
nodes:
  lake: {type: tank, storage_max: 2 亿m3, levels: {dead: 1 m, normal: 2 m}}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "sub" / "mid.yaml").write_text("base: base.yaml\ntitle: middle\n")
    return tmp_path


def test_a_file_may_change_a_base_that_has_one_itself(folder):
    top = folder / "top.yaml"
    top.write_text("base: sub/mid.yaml\nperiod.end: 2002-12-31\n")
    config = load_config(top)
    assert (config.title, str(config.period.end)) == ("middle", "2002-12-31")
    assert (config.path, config.folder) == (top, folder / "sub")
    assert config.base is None
    same = BASE.replace("title: base", "title: middle").replace("2001-12-31", "2002-12-31")
    assert config.hash == config_from_text(same).hash


def test_a_fault_is_told_where_it_stands(folder):
    top = folder / "top.yaml"
    top.write_text("base: sub/mid.yaml\nnodes.lake.storage_max: 3 m\n")
    with pytest.raises(ConfigError) as told:
        load_config(top)
    assert str(told.value).startswith(f"{top}:2:1  nodes.lake.storage_max\n")
    base = folder / "sub" / "base.yaml"
    base.write_text(BASE.replace("normal: 2 m", "normal: 0 m"), encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        load_config(top)
    places = [line for line in str(told.value).split("\n") if line.startswith(str(folder))]
    assert places[0].startswith(f"{top}:2:1  nodes.lake.storage_max")
    assert places[1].startswith(f"{base}:6:62  nodes.lake.levels.normal")
