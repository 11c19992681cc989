"""The wire: asyncio connections that feed the observer and queue its events."""
