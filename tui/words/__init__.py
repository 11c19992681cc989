"""Every word a person reads, in every language."""
