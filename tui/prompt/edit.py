"""The edit model: text, cursor, history, suggestion, mask. Pure; positions are code points at grapheme borders."""

from __future__ import annotations
