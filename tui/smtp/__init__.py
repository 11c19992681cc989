"""The pure core: both directions of an SMTP dialogue in, typed events out. No I/O, no words."""
