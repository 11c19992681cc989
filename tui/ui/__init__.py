"""The split screen: the only user of Textual."""
