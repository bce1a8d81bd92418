"""How citizens really type: teencode, dropped tones, slips of the finger, Telex left-overs, missing spaces.

Used at training time only, on sentences with diacritics; every function is pure given its random source.
"""

import re
import unicodedata
from collections.abc import Callable
from random import Random

from bot.text import strip_marks

TEENCODE = {
    "không": ("ko", "k", "hok", "khong", "kg"),
    "được": ("đc", "dc", "đk"),
    "như thế nào": ("ntn",),
    "thế nào": ("tn",),
    "với": ("vs", "vx"),
    "bao nhiêu": ("bn", "bnhiu", "bao nhiu"),
    "số điện thoại": ("sđt", "sdt"),
    "cũng": ("cx", "cug"),
    "mình": ("mk", "mik", "m"),
    "người": ("ng", "ngừi"),
    "nữa": ("nx",),
    "rồi": ("r", "rùi", "roi"),
    "gì": ("j", "gj"),
    "vậy": ("z", "v", "zậy"),
    "bây giờ": ("bh", "bjo", "bi h"),
    "giờ": ("h",),
    "hôm qua": ("hqua",),
    "hôm nay": ("hnay", "h.nay"),
    "làm": ("lm",),
    "luôn": ("lun",),
    "anh chị": ("ac",),
    "mọi người": ("mn", "mng"),
    "cảm ơn": ("tks", "cám ơn", "cam on", "thanks"),
    "làm ơn": ("pls",),
    "trước": ("trc",),
    "nói": ("ns",),
    "biết": ("bt", "bik", "bít"),
    "công ty": ("cty",),
    "cơ quan": ("cq",),
    "gia đình": ("gđ",),
    "nhân viên": ("nv",),
    "cán bộ": ("cb", "cbo"),
    "ủy ban nhân dân": ("ubnd",),
    "ủy ban": ("ub", "uỷ ban"),
    "chủ tịch": ("ct",),
    "thủ tục": ("tt", "thu tuc"),
    "hồ sơ": ("hs",),
    "căn cước": ("cccd", "cc"),
    "đăng ký": ("đk", "dky", "đki"),
    "khiếu nại": ("kn",),
    "phản ánh": ("pa",),
    "đường": ("đg", "dg"),
    "những": ("nhg", "n~"),
    "nhiều": ("nhìu", "nh"),
    "phường": ("p.", "p"),
    "trường": ("trg",),
    "chồng": ("ck",),
    "vợ": ("vk",),
    "bảo hiểm": ("bh",),
    "công an": ("ca",),
    "tin nhắn": ("tn",),
    "em": ("e",),
    "anh": ("a",),
    "chị": ("c",),
    "ơi": ("oi", "ưi"),
    "trong": ("trg",),
    "xe máy": ("xm",),
    "vì": ("vi", "vj"),
    "thì": ("thj", "thi"),
    "quá": ("wá", "qá", "qa"),
    "gọi": ("gọj",),
}
EMOJI = (
    "😡",
    "😢",
    "🙏",
    "😊",
    "👍",
    "😭",
    "❤️",
    "🤦",
    "😤",
    "🥲",
    "!!!",
    "...",
    "??",
    ":(",
    ":))",
    "ạ",
    "nhé",
    "huhu",
)
_KEYS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "g": "fh", "h": "gj", "i": "uo", "k": "jl", "l": "kn",
    "m": "n", "n": "ml", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb",
    "x": "zc", "y": "tu",
}  # fmt: skip
_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_SHAPES = {"\u0306": "w", "\u031b": "w"}
_TEEN = re.compile(r"(?<!\w)(?:" + "|".join(sorted(TEENCODE, key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_EAR = {"tr": ("ch",), "ch": ("tr",), "s": ("x",), "x": ("s",), "d": ("gi", "r"), "gi": ("d", "r"), "r": ("d", "gi")}
_EAR_ONSET = re.compile(r"tr|ch|gi(?=[^\W\dn])|s|x|d|r", re.IGNORECASE)
_EAR_TONES = str.maketrans("\u0303\u0309", "\u0309\u0303")
_SHORTEST = 3
_STRIPPED, _DRESSED = 0.4, 0.5


def teencode(text: str, rng: Random, share: float = 0.6) -> str:
    """Shortens a share of the words that people shorten."""

    def shorten(match: re.Match[str]) -> str:
        return rng.choice(TEENCODE[match[0].lower()]) if rng.random() < share else match[0]

    return _TEEN.sub(shorten, text)


def drop_marks(text: str, rng: Random, share: float = 0.4) -> str:
    """Strips a share of the syllables: half-accented text."""
    return _WORD.sub(lambda match: strip_marks(match[0]) if rng.random() < share else match[0], text)


def telex(text: str, rng: Random, share: float = 0.25) -> str:
    """A share of the syllables as raw Telex keys, as typed with the input method off."""
    return _WORD.sub(lambda match: telex_keys(match[0]) if rng.random() < share else match[0], text)


def telex_keys(syllable: str) -> str:
    """The Telex keystrokes of a syllable: đường is dduwowngf."""
    keys, tone, base = "", "", ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "dd").replace("Đ", "DD")):
        if char in _TONES:
            tone = _TONES[char]
        elif char == "\u0302":
            keys += base
        elif char in _SHAPES:
            keys += _SHAPES[char]
        else:
            keys, base = keys + char, char
    return keys + tone


def slips(text: str, rng: Random, share: float = 0.12) -> str:
    """Typing slips in a share of the words: neighbour key, lost, doubled or swapped letter."""
    return _WORD.sub(lambda match: _slip(match[0], rng) if rng.random() < share else match[0], text)


def _slip(word: str, rng: Random) -> str:
    if len(word) < _SHORTEST:
        return word
    at = rng.randrange(1, len(word))
    kind = rng.choice(("neighbour", "lost", "doubled", "swapped"))
    if kind == "neighbour":
        return word[:at] + rng.choice(_KEYS.get(word[at].lower(), word[at])) + word[at + 1 :]
    if kind == "lost":
        return word[:at] + word[at + 1 :]
    if kind == "doubled":
        return word[:at] + word[at] + word[at:]
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


def glue(text: str, rng: Random, share: float = 0.12) -> str:
    """Loses a share of the spaces."""
    return re.sub(" ", lambda _: "" if rng.random() < share else " ", text)


def shout(text: str, _rng: Random) -> str:
    """Capitals throughout."""
    return text.upper()


def emote(text: str, rng: Random) -> str:
    """An emoji, marks or a particle at the end."""
    return f"{text} {rng.choice(EMOJI)}"


def lower_bare(text: str, _rng: Random) -> str:
    """Small letters without punctuation, as on a phone."""
    return " ".join(re.sub(r"[,.!?;:]+(?=\s|$)", " ", text.lower()).split())


def northern(text: str, rng: Random, share: float = 0.3) -> str:
    """Confuses initial l and n, as heard in the north, in a share of the words."""
    swap = {"l": "n", "n": "l", "L": "N", "N": "L"}

    def confuse(match: re.Match[str]) -> str:
        return swap[match[0]] if rng.random() < share else match[0]

    return re.sub(r"(?<!\w)(?:[lL]|[nN](?![gGhH]))(?=\w)", confuse, text)


def misspelt(text: str, rng: Random, share: float = 0.3) -> str:
    """Writes by ear in a share of the words: ch for tr, x for s, gi or r for d, hỏi for ngã, and the reverse."""

    def by_ear(match: re.Match[str]) -> str:
        return _by_ear(match[0], rng) if rng.random() < share else match[0]

    return _WORD.sub(by_ear, text)


def _by_ear(word: str, rng: Random) -> str:
    onset = _EAR_ONSET.match(word)
    if onset:
        heard = rng.choice(_EAR[onset[0].lower()])
        return (heard.capitalize() if onset[0][0].isupper() else heard) + word[onset.end() :]
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_EAR_TONES))


_WRITING: tuple[Callable[[str, Random], str], ...] = (
    teencode,
    drop_marks,
    slips,
    telex,
    glue,
    northern,
    misspelt,
)
_LOOK: tuple[Callable[[str, Random], str], ...] = (shout, emote, lower_bare, lower_bare)


def noisy(text: str, rng: Random) -> str:
    """One or two ways of writing badly, half the time without diacritics, at times another look."""
    for change in rng.sample(_WRITING, rng.choice((1, 1, 2))):
        text = change(text, rng)
    if rng.random() < _STRIPPED:
        text = strip_marks(text)
    if rng.random() < _DRESSED:
        text = rng.choice(_LOOK)(text, rng)
    return text
