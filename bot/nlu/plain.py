"""Small text helpers of the pipeline: comparison forms of Vietnamese text."""

import re
import unicodedata

_SYLLABLE = re.compile(r"[^\W\d_\u0300-\u036f][^\W\d_\u0300-\u036f\u0300-\u036f]*")
_STRIPPED_SHARE = 0.2


def strip_marks(text: str) -> str:
    """The text without diacritics: same letters, đ as d."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.replace("đ", "d").replace("Đ", "D")


def is_stripped(text: str) -> bool:
    """True when hardly any syllable bears a diacritic (accented Vietnamese marks three of four)."""
    syllables = _SYLLABLE.findall(unicodedata.normalize("NFC", text))
    marked = sum(not syllable.isascii() for syllable in syllables)
    return marked <= _STRIPPED_SHARE * len(syllables)
