"""Which new passwords are refused, and why, in one sentence; and a warning about full width."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from app.storage.keys import normalised
from app.storage.names import fold, spellings

LEAST = 12
MOST = 128
_FEWEST_DIFFERENT = 5
_LONGEST_RUN = 4

_ROWS = (
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "!@#$%^&*()",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "一二三四五六七八九十",
    "甲乙丙丁戊己庚辛壬癸",
)
"""Keyboard rows, alphabets and other runs that fingers make by themselves."""

_COMMON = (
    "123456", "password", "passw0rd", "woaini", "iloveyou", "admin", "letmein", "welcome",
    "5201314", "1314520", "147258369", "159357", "a1b2c3", "aa123456", "abc123", "qaz",
    "jiwei", "xuexiao", "daxue", "huifang", "guanai", "zhongguo", "wangluo", "mima",
    "woshini", "nihao", "shijian", "jijian", "jiancha", "我爱你", "密码", "中国", "纪委", "学校",
    "大学", "回访", "关爱", "纪检", "监察", "生日快乐", "不忘初心",
)  # fmt: skip
"""What is guessed first. A password may contain one of them, but must not live on them."""


def password_problem(text: str, *names: str) -> str:
    """Return why ``text`` cannot be a password, or ``""``.

    ``names`` are the person, the office, the folder: a password may not be made of them.
    """
    plain = normalised(text)
    if plain != plain.strip():
        return "口令的开头和结尾不能是空格。"
    if len(plain) < LEAST:
        return f"口令至少{LEAST}个字符，现有{len(plain)}个；用几个不相干的词连起来最好记。"
    if len(plain) > MOST:
        return f"口令最多{MOST}个字符，现有{len(plain)}个。"
    if any(unicodedata.category(one) in ("Cc", "Cf", "Cn", "Co", "Cs") for one in plain):
        return "口令里有看不见的字符，请重新键入，不要粘贴。"
    folded = plain.casefold()
    if len(set(folded)) < _FEWEST_DIFFERENT:
        return "口令里相同的字符太多，容易被猜中。"
    if _repeats(folded):
        return "口令是同一段反复，容易被猜中。"
    if len(_without_runs(folded)) < LEAST // 2:
        return "口令主要由连续的数字、字母或键盘上相邻的键组成，容易被猜中。"
    rest = folded
    for name in names:
        rest = _without_name(rest, fold(name))
    for common in sorted(_COMMON, key=len, reverse=True):
        rest = rest.replace(common, "")
    rest = _without_runs(_without_years(rest))
    if len(rest) < LEAST // 2:
        return "口令主要由姓名、单位、年份或常见词组成，容易被猜中。请另换几个不相干的词。"
    return ""


def password_warning(text: str) -> str:
    """Return what to know about ``text`` although it is accepted, or ``""``."""
    if any(unicodedata.east_asian_width(one) == "F" for one in text):
        return "口令里有全角字符，可能是输入法没有切换；全角与半角按同一字符对待，可以放心。"
    return ""


def _repeats(text: str) -> bool:
    """Whether the text is one piece of up to half its length over and over."""
    return any(
        (text[:size] * (len(text) // size + 1))[: len(text)] == text
        for size in range(1, len(text) // 2 + 1)
    )


def _without_runs(text: str) -> str:
    """Return ``text`` without repeats and neighbours on a row of ``_ROWS``, either way round."""
    follow = {pair for row in _ROWS for pair in pairwise(row)}
    follow |= {(after, before) for before, after in follow}
    kept: list[str] = []
    run: list[str] = []
    for character in text:
        if run and ((run[-1], character) in follow or run[-1] == character):
            run.append(character)
            continue
        kept += run if len(run) < _LONGEST_RUN else run[:1]
        run = [character]
    kept += run if len(run) < _LONGEST_RUN else run[:1]
    return "".join(kept)


def _without_name(text: str, name: str) -> str:
    if len(name) < 2:
        return text
    for way in sorted((name, *(spellings(name) if len(name) <= 4 else ())), key=len, reverse=True):
        if len(way) >= 2:
            text = text.replace(way, "")
    return text


def _without_years(text: str) -> str:
    """Return ``text`` without years and dates such as 1985, 20231108."""
    return re.sub(r"(19|20)\d\d((0[1-9]|1[0-2])([0-2]\d|3[01])?)?", "", text)
