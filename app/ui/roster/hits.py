"""Where in a text the words of a search stand. Plain Python, so that it can be read and tested."""

from __future__ import annotations

import unicodedata

from app.domain.variants import as_one


def _folded(text: str) -> tuple[str, list[int]]:
    """Return ``text`` in the form that searches compare, and where each character came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character).casefold():
            characters.append(folded)
            places.append(place)
    return as_one("".join(characters)), places


def hits(text: str, search: str) -> list[tuple[int, int]]:
    """Return (start, end) of each place in ``text`` that a word of ``search`` spells.

    Full and half width, upper and lower case and the variants of a character are alike. Places
    count characters of ``text``.
    """
    folded, places = _folded(text)
    marked = [False] * len(text)
    for word in _folded(search)[0].split():
        start = folded.find(word)
        while start >= 0:
            for place in places[start : start + len(word)]:
                marked[place] = True
            start = folded.find(word, start + len(word))
    found: list[tuple[int, int]] = []
    for place, is_marked in enumerate(marked):
        if not is_marked:
            continue
        if found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found
