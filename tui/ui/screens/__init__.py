"""The screens: the session, and the pages that open over it."""
