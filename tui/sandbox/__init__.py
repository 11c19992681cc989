"""The embedded practice server: the only user of aiosmtpd."""
