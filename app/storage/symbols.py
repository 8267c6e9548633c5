"""Bytes as symbols that can be read aloud and typed: Crockford's base 32, no I, L, O, U."""

from __future__ import annotations

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}


def encode_symbols(data: bytes) -> str:
    """Return ``data`` (a multiple of five bytes) as symbols, eight for five bytes."""
    if len(data) % 5:
        raise ValueError("symbols stand for whole groups of five bytes")
    number = int.from_bytes(data, "big")
    count = len(data) * 8 // 5
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(count)))


def symbol_values(text: str) -> list[int]:
    """Return the values of typed symbols; O is 0, I and L are 1. Raises ``ValueError``."""
    plain = unicodedata.normalize("NFKC", text).upper()
    try:
        return [_VALUE[symbol] for symbol in plain]
    except KeyError as error:
        raise ValueError(f"not a symbol: {error}") from None


def decode_symbols(text: str) -> bytes:
    """Return the bytes that ``encode_symbols`` wrote. Raises ``ValueError``."""
    values = symbol_values(text)
    if len(values) % 8:
        raise ValueError("symbols come in groups of eight")
    number = 0
    for value in values:
        number = number << 5 | value
    return number.to_bytes(len(values) * 5 // 8, "big")
