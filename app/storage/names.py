"""How names are spelt: pinyin to sort by, and everything a person may be found by.

A plain converter misreads surnames (曾 as céng, 仇 as chóu), so surnames have their own table
(handbook 5; 《通用规范汉字字典》 surname readings); every reading is searchable.
"""

from __future__ import annotations

import os
import unicodedata
from functools import cache, lru_cache
from itertools import product

SURNAMES: dict[str, str] = {
    "单": "shan4", "曾": "zeng1", "解": "xie4", "仇": "qiu2", "查": "zha1", "区": "ou1",
    "朴": "piao2", "覃": "qin2 tan2", "缪": "miao4", "翟": "zhai2 di2", "种": "chong2",
    "乐": "yue4 le4", "盖": "ge3 gai4", "繁": "po2", "华": "hua4", "任": "ren2", "燕": "yan1",
    "纪": "ji3 ji4", "过": "guo1", "哈": "ha3", "洗": "xian3", "冼": "xian3", "尉": "wei4 yu4",
    "员": "yun4 yuan2", "折": "she2", "黑": "he4", "秘": "bi4 mi4", "祭": "zhai4", "那": "na1",
    "召": "shao4", "车": "che1", "宁": "ning4 ning2", "晟": "cheng2", "谌": "chen2 shen4",
    "郗": "xi1 chi1", "隗": "wei3 kui2", "牟": "mu4 mou2", "逄": "pang2", "令": "ling2",
    "佴": "nai4", "葛": "ge3", "阚": "kan4", "麴": "qu1", "邵": "shao4", "应": "ying1",
    "柏": "bai3 bo2", "费": "fei4 bi4", "郇": "xun2 huan2", "撒": "sa4", "臧": "zang1",
    "訾": "zi1", "占": "zhan1", "曲": "qu1", "卜": "bu3", "薄": "bo2", "万": "wan4",
    "余": "yu2", "重": "chong2", "长": "zhang3", "都": "du1", "教": "jiao4", "强": "qiang2",
    "沈": "shen3", "石": "shi2", "贾": "jia3", "殷": "yin1", "哑": "ya1", "尹": "yin3",
    "迟": "chi2", "禚": "zhuo2", "仉": "zhang3", "亓": "qi2", "𬱖": "yi3", "𠮷": "ji2",
    "娄": "lou2", "莘": "shen1 xin1", "瞿": "qu2", "褚": "chu3", "眭": "sui1", "庹": "tuo3",
}  # fmt: skip
"""Readings of characters as surnames, the usual one first."""

COMPOUND_SURNAMES: dict[str, str] = {
    "尉迟": "yu4 chi2", "单于": "chan2 yu2", "万俟": "mo4 qi2", "长孙": "zhang3 sun1",
    "澹台": "tan2 tai2", "令狐": "ling2 hu2", "宰父": "zai3 fu3", "夏侯": "xia4 hou2",
    "皇甫": "huang2 fu3", "慕容": "mu4 rong2", "欧阳": "ou1 yang2", "上官": "shang4 guan1",
    "司马": "si1 ma3", "诸葛": "zhu1 ge3", "闻人": "wen2 ren2", "东方": "dong1 fang1",
    "赫连": "he4 lian2", "公孙": "gong1 sun1", "轩辕": "xuan1 yuan2", "宇文": "yu3 wen2",
    "濮阳": "pu2 yang2", "淳于": "chun2 yu2", "太史": "tai4 shi3", "申屠": "shen1 tu2",
    "司徒": "si1 tu2", "司空": "si1 kong1", "亓官": "qi2 guan1", "鲜于": "xian1 yu2",
    "呼延": "hu1 yan2", "拓跋": "tuo4 ba2", "独孤": "du2 gu1", "南宫": "nan2 gong1",
    "西门": "xi1 men2", "端木": "duan1 mu4", "百里": "bai3 li3", "钟离": "zhong1 li2",
    "乐正": "yue4 zheng4", "第五": "di4 wu3", "东郭": "dong1 guo1", "公冶": "gong1 ye3",
}  # fmt: skip

RARE: dict[str, str] = {"𬱖": "yi3", "𠮷": "ji2", "䶮": "yan3", "㛃": "jie2", "㼆": "shen1"}
"""Characters that the dictionary lacks or misreads, wherever they stand."""

_DOTS = dict.fromkeys(map(ord, "·•‧∙⋅・･．᛫"))
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_MOST_READINGS = 6


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Return ``text`` as it is compared: half width, lower case, without spaces and name dots."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DOTS)
    return "".join(plain.split())


@cache
def _dictionary() -> dict[int, str]:
    # Its phrases and its copy of everything are wanted by nobody here: 50 MB, and most of its time.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin.constants import PINYIN_DICT  # not before somebody saves a name

    found: dict[int, str] = PINYIN_DICT
    return found


def warm_up() -> None:
    """Load the dictionary now, so that the first save need not wait for it."""
    _dictionary()


def _numbered(reading: str) -> str:
    tone = "5"
    letters: list[str] = []
    for mark in unicodedata.normalize("NFD", reading):
        if mark in _TONES:
            tone = _TONES[mark]
        elif mark == "\u0308":  # ü is typed v
            letters[-1] = "v"
        elif mark != "\u0302":
            letters.append(mark)
    return "".join(letters) + tone


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return the readings of one character with tone numbers, the usual one first."""
    if character in RARE:
        return (RARE[character],)
    found = _dictionary().get(ord(character), "")
    return tuple(dict.fromkeys(_numbered(one) for one in found.split(",") if one))


def _syllables(name: str) -> list[tuple[str, ...]]:
    """Return every reading of every character of ``name``, surname readings in front."""
    spelt = [readings(character) or (character,) for character in name]
    if name[:2] in COMPOUND_SURNAMES:
        for place, reading in enumerate(COMPOUND_SURNAMES[name[:2]].split()):
            spelt[place] = tuple(dict.fromkeys((reading, *spelt[place])))
    elif name[:1] in SURNAMES:
        spelt[0] = tuple(dict.fromkeys((*SURNAMES[name[0]].split(), *spelt[0])))
    return spelt


def sort_key(text: str) -> str:
    """Return what lists sort ``text`` by: pinyin with tones, then the characters themselves."""
    folded = fold(text)
    return " ".join(options[0] for options in _syllables(folded)) + "\x01" + folded


@lru_cache(maxsize=4096)
def workplace_key(text: str) -> str:
    """Return what lists sort a workplace by: pinyin of its first twelve characters."""
    folded = fold(text)[:12]
    return " ".join((readings(one) or (one,))[0] for one in folded) + "\x01" + folded


def _plain(syllable: str) -> str:
    return syllable.rstrip("12345") if syllable[:1].isalpha() else syllable


def spellings(name: str) -> tuple[str, ...]:
    """Return full pinyin and initials of ``name``, with every reading of its surname.

    Given names are spelt by their usual reading and, while the combinations stay few, by others.
    ``lü`` is found as lv and as lu.
    """
    folded = fold(name)
    options = [_plain_options(syllable) for syllable in _syllables(folded)]
    if not options:
        return ()
    surname = 2 if folded[:2] in COMPOUND_SURNAMES else 1
    ways = 1
    for place, syllable in enumerate(options):
        ways *= len(syllable)
        if ways > _MOST_READINGS and place >= surname:
            ways //= len(syllable)
            options[place] = syllable[:1]
    found: dict[str, None] = {}
    for way in product(*options):
        full = "".join(way)
        found[full] = None
        if "v" in full:
            found[full.replace("v", "u")] = None
        found["".join([one[:1] for one in way])] = None
    return tuple(found)


@cache
def _plain_options(syllable: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_plain(one) for one in syllable))


@lru_cache(maxsize=4096)
def _initials(folded: str) -> str:
    return "".join(_plain((readings(one) or (one,))[0])[:1] for one in folded)


def search_keys(name: str, workplace: str, unit: str, phone: str) -> list[str]:
    """Return everything a person is found by, folded."""
    called = fold(phone)
    # 138-1234-5678 is found without its dashes, too
    digits = called if called.isdecimal() else "".join(filter(str.isdecimal, called))
    keys = dict.fromkeys(
        (
            fold(name),
            *spellings(name),
            fold(workplace),
            fold(unit),
            _initials(fold(unit)),
            called,
            digits,
        )
    )
    keys.pop("", None)
    return list(keys)


_LONGEST_NAME = 6  # what is longer is a unit, and is found by its initials only


@lru_cache(maxsize=4096)
def place_by_sound(text: str, search: str) -> tuple[int, int] | None:
    """Return (start, end) of the part of ``text`` that ``search`` spells, to be marked in lists.

    Answers as the search itself does: names by pinyin or initials, units by initials.
    """
    term = fold(search)
    if not (term.isascii() and term.isalpha()) or len(fold(text)) != len(text):
        return None
    at = _initials(text).find(term)
    if at >= 0:
        return at, at + len(term)
    if len(text) > _LONGEST_NAME or not _is_spelt(text, term):
        return None
    start, end = 0, len(text)
    while end - start > 1 and _is_spelt(text[: end - 1], term):
        end -= 1
    while end - start > 1 and _is_spelt(text[start + 1 : end], term):
        start += 1
    return start, end


def _is_spelt(part: str, term: str) -> bool:
    return any(term in spelling for spelling in spellings(part))


@cache
def _token(character: str) -> str:
    """Return the token of one character: itself, or its number where a tokenizer might stumble."""
    plain = character.isascii() and character.isalnum()
    return character if plain else f"x{ord(character):x}"


class _Between(dict[int, str]):
    """What a character between two others becomes in a chain of pairs: end of one, begin of one."""

    def __missing__(self, code: int) -> str:
        token = _token(chr(code))
        self[code] = between = f"g{token} {token}"  # g is no digit of a number: no token means two
        return between


_between = _Between()


@lru_cache(maxsize=8192)  # many people are of one unit, at the same workplace
def _pairs(key: str) -> str:
    if len(key) < 2:
        return ""
    return f"{_token(key[0])}{key[1:-1].translate(_between)}g{_token(key[-1])}"


_APART = f" {_token(chr(10))} "


def spelt(name: str, workplace: str, unit: str, phone: str) -> str:
    """Return a person as the full-text index holds them: every pair of neighbours, every character.

    A phrase of pairs finds any substring, five times as fast as one of single characters: those
    stand in half of all names. Characters beyond the index's own idea of letters (𬱖 was not yet
    assigned in its Unicode version) stand as numbers, line ends as well, so that nothing is found
    across two keys.
    """
    keys = search_keys(name, workplace, unit, phone)
    pairs = _APART.join(map(_pairs, keys))
    return f"{pairs}{_APART}{' '.join(map(_token, dict.fromkeys(''.join(keys))))}"


def tokens(folded: str) -> str:
    """Return the phrase that finds folded text within what ``spelt`` wrote."""
    return _token(folded) if len(folded) == 1 else _pairs(folded)
