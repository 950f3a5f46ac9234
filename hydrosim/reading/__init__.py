"""The one way to read a result."""
