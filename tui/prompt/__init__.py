"""The pure edit model that both front ends share: see ``tui.prompt.prompt.Prompt`` for its use."""
