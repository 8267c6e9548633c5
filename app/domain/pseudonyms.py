"""Texts without the people in them: names, units, addresses and numbers give way to steady codes.

The same person has the same code in every copy that an office makes, for the code is a keyed digest;
without the office's key nobody can work out whose it is, or test a guess. What no record names (a
colleague mentioned in passing) cannot be known here: a person must read the copy before it leaves.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable

SUBJECT, PERSON, UNIT, ADDRESS, PHONE, NUMBER = "对象", "人员", "单位", "地址", "电话", "文号"
IDENTITY, MAIL = "证件", "邮箱"
CATEGORIES = (SUBJECT, PERSON, UNIT, ADDRESS, PHONE, NUMBER, IDENTITY, MAIL)

LEFT_TO_READ = (
    "已按记录替换姓名、单位、住址、电话、文号和证件号码，出生日期只留年份；扫描件和外来文件未收入。"
    "自由叙述中未登记的人名、地名等须人工通读后方可提供。"
)
"""What every such copy says of itself."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread: no 0 O 1 I L U
_LENGTH = 6
_SOMEBODY = "某人"
_TITLES = (
    "老师|教授|同志|主任|书记|处长|院长|科长|校长|部长|馆长|所长|主席|某某|某|先生|女士|师傅|医生"
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方"
    "俞任袁柳唐罗毕郝邬安常于傅皮齐康伍余顾孟黄穆萧尹姚邵汪祁毛贝臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵"
    "季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房解应宗丁邓郁单杭洪包左石崔吉龚程邢"
    "裴陆翁段侯武刘景龙叶黎白蒲邰赖卓池乔闻翟谭姬申冉桂牛边燕尚温庄晏柴瞿阎习容向古易廖耿匡国文寇"
    "广东欧沃利师巩聂晁敖冷辛简饶曾关查游权"
)
_ROLES = "核对人|记录人|谈话人|经办人|联系人|证明人|反映人|承办人|陪同人|审核人|批准人|签收人|知情人|介绍人"
_KIN = "爱人|妻子|丈夫|配偶|儿子|女儿|父亲|母亲|姓名"
_CALLED = re.compile(
    rf"((?:(?:{_ROLES})[：:]?|(?:{_KIN})[：:])\s*)([{_SURNAMES}][一-龥\U00020000-\U0003ffff]{{1,2}})"
)
"""Somebody whom no record names, said to be something: as far as that can be recognised."""

_DIGITS = str.maketrans("０１２３４５６７８９－（）Ｘｘ　", "0123456789-()Xx ")
_SEPARATOR = r"[-\s]?"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (MAIL, re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")),
    (IDENTITY, re.compile(r"(?<![0-9A-Za-z])\d{6}(?:19|20)\d{9}[\dXx](?![0-9A-Za-z])")),
    (IDENTITY, re.compile(r"(?<!\d)\d{15,19}(?!\d)")),
    (
        PHONE,
        re.compile(
            rf"(?<!\d)(?:\+?86{_SEPARATOR})?1[3-9]\d{_SEPARATOR}\d{{4}}{_SEPARATOR}\d{{4}}(?!\d)"
        ),
    ),
    (PHONE, re.compile(r"(?<!\d)\(?0\d{2,3}\)?[-\s]?\d{7,8}(?!\d)")),
    (NUMBER, re.compile(r"[一-龥A-Za-z]{0,12}[〔\[【(（]\s*\d{4}\s*[〕\]】)）]\s*第?\s*\d+\s*号")),
    (
        ADDRESS,
        re.compile(
            r"[一-龥]{1,12}?(?:路|街|大道|巷|弄|胡同|村|小区|花园|家园|公寓)\s*\d+\s*(?:号|弄)"
            r"(?:\s*\d+\s*(?:号楼|栋|幢|座|楼|单元|层|室|号)|\s*\d{2,4}(?!\d))*"
        ),
    ),
    (
        ADDRESS,
        re.compile(r"\d+\s*(?:号楼|栋|幢)\s*(?:\d+\s*单元)?\s*\d{2,4}\s*室?"),
    ),
)

_OPEN, _SHUT = "\ufdd0", "\ufdd1"  # noncharacters: around a code while a text is worked on
_CODE = re.compile(f"({_OPEN}[^{_SHUT}]*{_SHUT})")
_UNMARK = dict.fromkeys(map(ord, (_OPEN, _SHUT)))

Replace = Callable[[str], str]


class Pseudonyms:
    """Replaces what it was told of, and what has the form of a number that names somebody."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"huifang pseudonyms v1", "sha256")
        self._known: dict[str, str] = {}  # text → what stands for it
        self._surnames: dict[str, str] = {}
        self._longest = 0
        self._starts: dict[str, int] = {}  # first character → longest known text that begins so

    def code(self, category: str, identity: str) -> str:
        """Return the code of one person or thing: the same in every copy of the office."""
        digest = hmac.digest(self._key, f"{category}\0{identity}".encode(), "sha256")
        number = int.from_bytes(digest[:8], "big")
        letters = ""
        for _ in range(_LENGTH):
            number, rest = divmod(number, len(_ALPHABET))
            letters += _ALPHABET[rest]
        return f"{category}{letters}"

    def add(self, category: str, text: str, identity: str = "") -> None:
        """Let ``text`` give way to the code of ``identity`` (or of itself).

        What was told first stands: a person of the roster before a name of the staff list.
        """
        plain = " ".join(text.split())
        if len(plain) < 2:
            return
        code = self.code(category, identity or plain)
        variants = {plain, text.strip(), plain.replace(" ", "")}
        if (
            category in (SUBJECT, PERSON) and len(plain) == 2
        ):  # 张 三 is how narrow boxes are filled
            variants |= {f"{plain[0]}{gap}{plain[1]}" for gap in (" ", "  ", "　", "　　")}
        for variant in variants:
            if len(variant) > 1 and variant not in self._known:
                self._known[variant] = code
                self._starts[variant[0]] = max(self._starts.get(variant[0], 0), len(variant))

    def add_spoken(self, name: str) -> None:
        """Let what people call the bearer of a name that was added (张老师, 老张, 张某) give way too.

        Where two of one surname are in it, who is meant cannot be told.
        """
        plain = "".join(name.split())
        code = self._known.get(plain)
        if code is not None and 2 <= len(plain) <= 4:
            known = self._surnames.setdefault(plain[0], code)
            if known != code:
                self._surnames[plain[0]] = _SOMEBODY

    def add_place(self, address: str) -> None:
        """Add an address, and its end from the street on."""
        self.add(ADDRESS, address)
        found = re.search(r"[市区县镇乡](?P<rest>[^市区县镇乡]*\d.*)", address)
        if found is not None and len(found["rest"]) > 3:
            self.add(ADDRESS, found["rest"], address)

    def add_birth(self, texts: Iterable[str], year: int) -> None:
        """Let a date of birth, however it is written, give way to its year."""
        for text in texts:
            if len(text) > 4 and text not in self._known:
                self._known[text] = f"{year}年"
                self._starts[text[0]] = max(self._starts.get(text[0], 0), len(text))

    def __call__(self, text: str) -> str:
        """Return ``text`` with everybody and everything replaced."""
        if not text:
            return text
        text = self._by_name(text.translate(_UNMARK))
        for replace in (self._spoken_of, self._called, self._by_form):
            pieces = _CODE.split(text)
            pieces[::2] = map(replace, pieces[::2])  # a code is never read again as a text
            text = "".join(pieces)
        return text.translate(_UNMARK)

    def _by_name(self, text: str) -> str:
        found: list[str] = []
        at = 0
        while at < len(text):
            longest = min(self._starts.get(text[at], 0), len(text) - at)
            for length in range(longest, 1, -1):
                code = self._known.get(text[at : at + length])
                if code is not None:
                    found.append(_marked(code))
                    at += length
                    break
            else:
                found.append(text[at])
                at += 1
        return "".join(found)

    def _spoken_of(self, text: str) -> str:
        if not self._surnames:
            return text
        names = "".join(map(re.escape, self._surnames))
        spoken = re.compile(rf"([{names}])(?:{_TITLES})|[老小]([{names}])(?![一-龥]*[路街区镇])")
        return spoken.sub(lambda hit: _marked(self._surnames[hit.group(1) or hit.group(2)]), text)

    def _called(self, text: str) -> str:
        return _CALLED.sub(
            lambda hit: f"{hit.group(1)}{_marked(self.code(PERSON, hit.group(2)))}", text
        )

    def _by_form(self, text: str) -> str:
        for category, pattern in _PATTERNS:
            pieces = _CODE.split(text)
            for place in range(0, len(pieces), 2):
                pieces[place] = self._of_form(category, pattern, pieces[place])
            text = "".join(pieces)
        return text

    def _of_form(self, category: str, pattern: re.Pattern[str], text: str) -> str:
        plain = text.translate(_DIGITS)  # one for one: places in it are places in the text
        pieces, last = [], 0
        for hit in pattern.finditer(plain):
            pieces += [text[last : hit.start()], _marked(self.code(category, _bare(hit.group())))]
            last = hit.end()
        return "".join((*pieces, text[last:]))


def _marked(code: str) -> str:
    return f"{_OPEN}{code}{_SHUT}"


def _bare(text: str) -> str:
    return re.sub(r"[\s()-]", "", text)
