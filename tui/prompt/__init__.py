"""The pure edit model that both front ends share."""
