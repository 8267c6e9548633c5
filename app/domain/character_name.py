"""How a message names a character that cannot be printed."""

from __future__ import annotations

import unicodedata

_KNOWN = {"Cf": "不可见的控制符", "Mn": "组合符号", "Co": "自造字", "Cn": "未定义的字符"}


def name_of(character: str) -> str:
    """Return a character as a message shows it: itself if it can be seen, and its number.

    A mark that turns the direction of writing would otherwise turn the message round.
    """
    code = " ".join(f"U+{ord(part):04X}" for part in character)
    if any("\ud800" <= part <= "\udfff" for part in character):
        return f"残缺字符（{code}）"
    known = _KNOWN.get(unicodedata.category(character[:1]))
    return f"{known}（{code}）" if known else f"“{character}”（{code}）"
