"""Starts Sanacam from a source folder: sets up on the first run, then only starts.

    python start.py                 the window on the sample clip; without a display, the clip is edited to a file
    python start.py test [...]      all tests (arguments go to pytest)
    python start.py live|edit|...   anything else goes to the `sanacam` command

Needs nothing but Python 3.11 or newer. This file must parse in every older Python, so that it can say so; what it
does stands in installers/first_start.
"""

import os
import sys

OLDEST = (3, 11)
PAST_NEWEST = (3, 15)


def refusal(version):
    """The sentence for a Python that Sanacam can't run on, or "" where it can."""
    running = "%d.%d" % (version[0], version[1])
    if version < OLDEST:
        return "Sanacam needs Python 3.11 or newer, and this is Python %s." % running
    if version >= PAST_NEWEST:
        return "Sanacam does not run on Python %s yet: PyTorch and Qt are built for 3.11 to 3.14." % running
    if sys.maxsize <= 2**32:
        return "Sanacam needs a 64-bit Python, and this one is 32-bit."
    return ""


if __name__ == "__main__":
    sentence = refusal(tuple(sys.version_info[:2]))
    if sentence:
        sys.stderr.write(
            sentence + "\nInstall Python 3.12 from https://www.python.org/downloads/ and start again with it.\n"
        )
        sys.exit(2)

    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "installers"))
    from first_start.launch import main

    sys.exit(main(sys.argv[1:]))
