"""``python -m tests.screens [NAME …] [--to FOLDER]``: take the pictures, SVG and with rsvg-convert PNG."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.net.scripted import serving
from tests.screens.paint import TERMINAL, svg
from tests.screens.stage import Stage, StoryClock, staged
from tests.screens.stories import STORIES, Story

_FOLDER = Path(__file__).parents[2] / "screenshots"
_ZOOM = "1"
_LONGEST_STORY = 120  # seconds on a machine that is busy; a story that never ends is not waited for


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screens")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the beginning of a picture's name")
    parser.add_argument("--to", type=Path, default=_FOLDER, metavar="FOLDER")
    chosen = parser.parse_args()
    stories = [one for one in STORIES if not chosen.names or one.name.startswith(tuple(chosen.names))]
    chosen.to.mkdir(parents=True, exist_ok=True)
    convert = shutil.which("rsvg-convert")
    if convert is None:
        print("rsvg-convert is missing, so there will be no PNG. On Debian and Ubuntu:")
        print("  apt-get install librsvg2-bin fonts-dejavu-core fonts-noto-cjk")
    os.environ["TZ"] = "UTC"
    time.tzset()
    for story in stories:
        picture = chosen.to / f"{story.name}.svg"
        picture.write_text(asyncio.run(taken(story)), encoding="utf-8")
        if convert is not None:
            target = picture.with_suffix(".png")
            subprocess.run([convert, "-z", _ZOOM, "-o", str(target), str(picture)], check=True)
        print(picture.name)
    return 0


async def taken(story: Story) -> str:
    """Play a story with the real program in a home of its own; the picture at its end."""
    from tui.desk.options import Options
    from tui.store import paths
    from tui.store.history import History
    from tui.ui.app import TutorApp
    from tui.ui.look import Appearance
    from tui.words import language

    before = language.current()
    language.use(story.lang)
    clock = StoryClock()
    with tempfile.TemporaryDirectory() as home:
        os.environ["SMTPTUTOR_HOME"] = home
        if not story.newcomer:
            History(paths.home().history).append("NOOP")
        async with serving(*story.served, seconds=_LONGEST_STORY) as server:
            options = Options(lang=story.lang, **story.options)
            app = TutorApp(options, Appearance(story.theme, story.glyphs))
            with staged(clock, server.endpoint if story.served else None):
                async with app.run_test(size=story.size) as pilot:
                    stage = Stage(app, pilot, clock)
                    await story.play(stage)
                    strips = app.screen._compositor.render_strips()
                    await stage.left()
    language.use(before)
    return svg(strips, TERMINAL, story.title)


if __name__ == "__main__":
    sys.exit(main())
