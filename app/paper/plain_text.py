"""Text as it can stand on paper: one kind of line end, no control characters."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_TAB = "　　"  # a tab has no place in a justified line; two blanks of the width of a character do


def printable(text: str) -> str:
    """Return ``text`` without control characters and without blanks after its last line.

    Everything else stays as typed: markup is text, and so are characters that no font has.
    """
    if not text.isprintable():
        text = _LINE_ENDS.sub("\n", text)
        text = _CONTROLS.sub("", text).replace("\t", _TAB)
    return text.rstrip()


def removed_controls(text: str) -> list[str]:
    """Return the control characters that ``printable`` leaves out, as U+0007, each once."""
    found = dict.fromkeys(_CONTROLS.findall(_LINE_ENDS.sub("\n", text)))
    return [f"U+{ord(character):04X}" for character in found]
