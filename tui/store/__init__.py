"""Files of the user: places, settings, history, transcripts. The only user of platformdirs."""
