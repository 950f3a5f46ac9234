"""Hydrology: rainfall-runoff series, their calibration, frequency curves."""
