"""The yardstick of start-up: a Textual app with one Static and nothing else."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Ready")


if __name__ == "__main__":
    Bare().run()
