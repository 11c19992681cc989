"""smtptutor: see, learn and debug SMTP by typing it."""

__version__ = "0.1.0"
