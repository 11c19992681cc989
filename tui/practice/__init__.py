"""Pure folds over events: the checklist, the facts of a dialogue, reading transcripts."""
