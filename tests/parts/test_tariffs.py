"""Bills and the response to prices, by hand."""

import numpy as np
import pytest

from hydrosim.parts.tariffs import TariffTable, tariff_from_text

TIERS = TariffTable(prices=(4.0, 6.0, 10.0), limits=(100.0, 150.0), fixed=30.0)


def test_a_bill_of_rising_tiers():
    volumes = np.array([0.0, 60.0, 100.0, 120.0, 200.0])
    # 60 x 4; 100 x 4; 400 + 20 x 6; 400 + 50 x 6 + 50 x 10
    np.testing.assert_allclose(TIERS.volumetric(volumes), [0.0, 240.0, 400.0, 520.0, 1200.0])
    np.testing.assert_allclose(TIERS.bill(volumes), [30.0, 270.0, 430.0, 550.0, 1230.0])
    np.testing.assert_allclose(TIERS.mean_price(volumes), [4.0, 4.0, 4.0, 520.0 / 120.0, 6.0])


def test_one_price_has_a_constant_elasticity():
    table = TariffTable((4.0,))
    # (4 / 2)^-0.5 = 0.7071
    np.testing.assert_allclose(table.response([10.0, 500.0], 2.0, -0.5), 0.5**0.5, rtol=1e-15)
    np.testing.assert_allclose(table.response([10.0], 4.0, -0.5), 1.0)


def test_tiers_have_one_volume_that_fits_its_own_mean_price():
    # With elasticity -1: D p(D) = A x reference; the bill of D is 600: 100 x 4 + D - 100 at 6.
    part = TIERS.response([150.0], 4.0, -1.0)
    assert 150.0 * part[0] == pytest.approx(100.0 + 200.0 / 6.0, rel=1e-14)
    amounts = np.array([0.0, 80.0, 130.0, 400.0])
    wanted = amounts * TIERS.response(amounts, 3.0, -0.3)
    again = amounts * (TIERS.mean_price(wanted) / 3.0) ** -0.3
    np.testing.assert_allclose(wanted, again, rtol=1e-13)
    assert TIERS.response([0.0], 3.0, -0.3)[0] == 1.0


def test_a_fixed_charge_changes_no_demand():
    without = TariffTable(TIERS.prices, TIERS.limits)
    wanted = np.array([90.0, 300.0])
    np.testing.assert_array_equal(
        TIERS.response(wanted, 3.0, -0.3), without.response(wanted, 3.0, -0.3)
    )


def test_a_table_goes_through_text():
    assert tariff_from_text(TIERS.as_text()) == TIERS
