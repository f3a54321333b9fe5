"""Measures, bars and the report of `sanacam eval`."""
