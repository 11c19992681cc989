"""Exercises as data, and the reading of their files."""
