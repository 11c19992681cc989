"""Packs of exercises: reading them, and the proof of the one that is shipped."""
