import pytest

from hydrosim.config import changed, load_config
from hydrosim.config.overrides import patch_of
from hydrosim.errors import ConfigError, DataError
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def minimal():
    return load_config(ROOT / "configs" / "minimal.yaml")


def test_a_value_is_replaced_and_checked_again(minimal):
    other = changed(minimal, {"nodes.city.amount": "3.0 亿m3/year", "period.end": "2002-12-31"})
    assert other.nodes["city"].amount == pytest.approx(3.0e8)
    assert str(other.period.end) == "2002-12-31"
    assert minimal.nodes["city"].amount == pytest.approx(2.6e8)
    assert other.hash != minimal.hash


def test_a_link_goes_by_its_ends(minimal):
    other = changed(minimal, {"links.yangtze->city.capacity": "3 m3/s"})
    (link,) = [one for one in other.links if one.label == "yangtze->city"]
    assert link.capacity == 3.0


def test_a_key_that_leads_nowhere_tells_the_nearest(minimal):
    with pytest.raises(ConfigError, match=r"nearest .*reservoir"):
        changed(minimal, {"nodes.reservoire.initial": "50 %"})


def test_a_wrong_value_is_a_fault_of_the_config(minimal):
    with pytest.raises(ConfigError, match=r"nodes\.city\.amount"):
        changed(minimal, {"nodes.city.amount": "3 m"})
    with pytest.raises(ConfigError, match="amont"):
        changed(minimal, {"nodes.city.amont": "3.0 亿m3/year"})


def test_a_patch_is_written_as_in_the_file():
    patch = patch_of(
        ["nodes.city.amount=3.0 亿m3/year", " policy = hedged", "nodes.new={type: junction}"]
    )
    assert patch == {
        "nodes.city.amount": "3.0 亿m3/year",
        "policy": "hedged",
        "nodes.new": {"type": "junction"},
    }


@pytest.mark.parametrize(
    ("texts", "found", "expected"),
    [
        (["nodes.city.amount"], "'nodes.city.amount'", "KEY=VALUE, such as"),
        (["=3 m"], "'=3 m'", "KEY=VALUE, such as"),
        (["policy="], "'policy='", "KEY=VALUE, such as"),
        (["policy=a", "policy=b"], "'policy' twice", "each key once"),
        (["policy={a: [}"], "'{a: [}'", "a value as it would stand in the file"),
    ],
)
def test_a_patch_that_cannot_be_read(texts, found, expected):
    with pytest.raises(DataError) as told:
        patch_of(texts)
    assert f"found     {found}" in str(told.value)
    assert f"expected  {expected}" in str(told.value)
