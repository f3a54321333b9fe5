"""``sanacam eval``: what is measured where; OpenVE-Bench edits files as the program does, the rest needs the model
alone."""

from __future__ import annotations


def main(words: list[str]) -> int:
    """Run ``sanacam eval WHAT …``."""
    if words and words[0] == "openve":
        from sanacam.app.openve import main as openve

        return openve(words[1:])
    from sanacam.model.evaluation.cli import main as measure

    return measure(words)
