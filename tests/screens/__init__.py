"""The pictures of the README: the real program, driven by typed keys, drawn as it stands on the terminal."""
