"""Compiled kernels: arrays in, arrays out; nothing here imports the rest of hydrosim."""
