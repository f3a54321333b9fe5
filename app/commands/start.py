"""``sanacam`` without a subcommand: show something that works at once."""

from __future__ import annotations

import os
import sys
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

import platformdirs

from sanacam.app.commands.edit import edit_with_report
from sanacam.app.exit_codes import OK
from sanacam.app.look import DEFAULT_PRESET
from sanacam.app.settings import Settings
from sanacam.app.settings_file import load_settings
from sanacam.app.window_entry import display_available, find_window
from sanacam.model.errors import UserError

RESULT_NAME = "sanacam-sample-edited.mp4"


def run() -> int:
    """The window where there is a display, on the source that was chosen there last or else on the sample clip; without
    one, the sample clip edited to a file.
    """
    settings = load_settings()
    if not settings.look.prompt and not settings.look.preset:
        settings = settings.with_values({"look.preset": DEFAULT_PRESET})
    sample = sample_clip()
    if not sample.is_file():
        raise UserError(
            "The sample clip is missing from this installation.",
            "Try `sanacam edit IN -p PROMPT -o OUT`, or `sanacam live`.",
        )
    with as_file(sample) as clip:
        window = find_window() if display_available() else None
        if window is not None:
            print("Opening the window…", flush=True)
            chosen = settings.live.source
            source = f"file:{clip}" if chosen == Settings().live.source else chosen
            return window(settings.with_values({"live.source": source, "live.loop": True}))
        why = "No window is installed here" if display_available() else "There is no display"
        output = result_folder() / RESULT_NAME
        print(
            f"{why}, so the sample clip is edited to a file. (`sanacam --help` shows what else there is.)",
            file=sys.stderr,
            flush=True,
        )
        code = edit_with_report(_faster(settings), clip, output, overwrite=True, as_json=False)
    if code == OK:
        print(f"The edited clip is here: {output.resolve()}")
    return code


def sample_clip() -> Traversable:
    """The clip that ships with the program."""
    return files("sanacam.assets") / "sample" / "sample.mp4"


def result_folder() -> Path:
    """The current folder, or the user's video folder when the current one may not be written."""
    here = Path.cwd()
    if os.access(here, os.W_OK):
        return here
    videos = Path(platformdirs.user_videos_dir())
    videos.mkdir(parents=True, exist_ok=True)
    return videos


def _faster(settings: Settings) -> Settings:
    """Make the clip smaller unless the user chose a size: the first impression should not take minutes."""
    return settings.with_values({"file.size": "480x270"}) if settings.file == Settings().file else settings
