"""The recovery code as it is printed and typed: eight groups of four symbols and a check symbol.

The check symbol of a group covers the group's place as well, so that any single wrong symbol, any
two exchanged neighbours and exchanged groups are found, and the mistyped group is named.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

from app.storage.errors import SignInRefused
from app.storage.symbols import ALPHABET, decode_symbols, encode_symbols, symbol_values

CODE_BYTES = 20
GROUPS = 8
_SYMBOLS = 4
_WEIGHTS = (2, 3, 5, 9)  # different and not zero in GF(32)
_PLACE_WEIGHT = 17


def new_recovery_code() -> bytes:
    """Return 160 random bits."""
    return secrets.token_bytes(CODE_BYTES)


def write_recovery_code(code: bytes) -> str:
    """Return the code as it is printed: ``7K2QF-9D2MX-…``."""
    symbols = encode_symbols(code)
    groups = [symbols[start : start + _SYMBOLS] for start in range(0, len(symbols), _SYMBOLS)]
    return "-".join(group + _check(place, group) for place, group in enumerate(groups))


def looks_like_code(text: str) -> bool:
    """Whether ``text`` may be meant as a recovery code rather than as a password."""
    plain = _plain(text)
    groups = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text).strip())
    return plain.isascii() and (len(plain) == GROUPS * (_SYMBOLS + 1) or len(groups) == GROUPS)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))


def read_recovery_code(text: str) -> bytes:
    """Return the bytes of a typed code; spaces, dashes, case, full width, O for 0 do not matter.

    Raises ``SignInRefused`` with the number of the group that is mistyped.
    """
    plain = _plain(text)
    length = GROUPS * (_SYMBOLS + 1)
    if len(plain) != length:
        raise SignInRefused(
            f"恢复码应有{GROUPS}组、每组{_SYMBOLS + 1}个字符，现有{len(plain)}个字符，请核对。"
        )
    groups = [plain[start : start + _SYMBOLS + 1] for start in range(0, length, _SYMBOLS + 1)]
    wrong = [str(place + 1) for place, group in enumerate(groups) if not _fits(place, group)]
    if wrong:
        raise SignInRefused(f"恢复码第{'、'.join(wrong)}组抄写有误，请对照恢复码单核对这一组。")
    return decode_symbols("".join(group[:_SYMBOLS] for group in groups))


def _fits(place: int, group: str) -> bool:
    try:
        return symbol_values(group[-1])[0] == symbol_values(_check(place, group[:-1]))[0]
    except ValueError:
        return False


def _check(place: int, group: str) -> str:
    total = _times(_PLACE_WEIGHT, place + 1)
    for weight, value in zip(_WEIGHTS, symbol_values(group), strict=True):
        total ^= _times(weight, value)
    return ALPHABET[total]


def _times(a: int, b: int) -> int:
    """Multiply in GF(32) with x⁵ + x² + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return product
