"""How wide a text in Arial is, and so how many lines it takes: what must be known where cells do not grow.

Advance widths in hundredths of an em, read with fontTools from tables hmtx of Liberation Sans Regular and Bold, whose
metrics are Arial's. A letter with an accent that is not listed is as wide as the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import ceil
from unicodedata import east_asian_width, normalize

from floors.page.page import Paragraph

PIXELS = 96 / 72  # in a point

_REGULAR = {
    17: "⁄∕",
    19: "'′",
    22: "ijlłſιіј‘’‚‛",
    26: "|¦",
    27: "∫",
    28: " !,./:;I[\\]ft·ìíîïĩīĭıŧΙІї∙",
    29: "ľ",
    33: "()-`r{}¡¨²³´¸¹ŀ΄‐‑“”„‹›‾",
    35: '"•″',
    36: "г",
    37: "ªº",
    38: "ťΊ",
    39: "*",
    40: "°τ",
    41: "ґ",
    44: "ĳζк",
    45: "εξ",
    46: "зт",
    47: "^",
    48: "ς",
    49: "Ґ∂",
    50: "JcksvxyzĸγκλνЈсухѕ‼↑↓",
    51: "эє",
    52: "χчь",
    53: "в",
    54: "¶Гпя",
    55: "¯±÷Γυнџ‗√≈≠≤≥",
    56: "#$0123456789?L_abdeghnopqu¢£¤¥§«»ðþđħĿŁŋƒδηθοаеиорђћѳ–†‡₣₤€",
    57: "ρбц",
    58: "+<=>~¬µ×αβμКдл−≡",
    60: "ŉЗ",
    61: "FTZ¿ßøďŦΖΤТ∆",
    62: "Σσъ",
    64: "У",
    65: "Ξφ",
    66: "БЛЬ",
    67: "&ABEKPSVXYÞΑΒΔΕΚΛΡΥΧЅАВЕРХЧж",
    68: "Д",
    69: "πм",
    71: "ψ∑∞",
    72: "CDHNRUwÐĐĦŊΗΝΠЄЏИНПСЭЯы∩",
    73: "Ĳ",
    74: "©®Ц",
    75: "Ωю",
    76: "Ф",
    78: "GOQØΈΘΟωОѲ",
    79: "Ъ",
    80: "Φш",
    81: "њ",
    82: "фщ∏",
    83: "Mm¼½¾ΜМ",
    84: "ΉΨ",
    85: "Ћ",
    86: "ΎЂ",
    89: "%æЫ",
    91: "љ",
    92: "ЖШ",
    94: "WœЩ",
    98: "∟",
    100: "ÆŒ—―…‰™←→",
    101: "ЊЮ",
    102: "@",
    106: "Љ",
    109: "₧",
}
_BOLD = {
    17: "⁄∕",
    24: "'′",
    27: "∫",
    28: " ,./I\\ijl|¦·ıłſΙιІіј‘’‚‛∙",
    33: "!()-:;[]`ft¡¨²³´¸¹ŧ΄·‐‑‹›‾",
    35: "•",
    37: "ªº",
    39: "*r{}ľ",
    40: "°",
    42: "г",
    45: "ξτґ",
    46: "΅ζ",
    47: '"Ίε',
    48: "ŀť″",
    49: "тҐ∂",
    50: "zзк“”„↑↓",
    52: "ς",
    54: "θ",
    55: "¯±÷эє‗√≈≠≤≥",
    56: "#$0123456789J_aceksvxy¢£¤¥§«¶»ĳĸƒγκλνЈаесухѕ–†‡₣₤€",
    57: "Г",
    58: "+<=>^~¬µ×υχчя−≡",
    60: "ΓΣнпџ‼",
    61: "?FLTZbdghnopqu¿ßðøþđħĿŁŋŦΖΤαβδημοКТвиорцьђћѳ∆",
    62: "ρУб",
    63: "Зд",
    64: "Ξл",
    67: "EPSVXYÞΕΛΡΥΧЅЕРХ",
    68: "σ",
    70: "ЛЧ",
    71: "ŉЄДЭж∑∞",
    72: "&ABCDHKNRUÐďĐĦŊΑΒΔΗΚΝΠφЏАБВИНПСЬЯ∩",
    73: "Цъ",
    74: "©®м",
    75: "ψ",
    77: "π",
    78: "GOQwØĲΘΟОѲ",
    80: "Ω",
    81: "Ψ",
    82: "ΌΦ∏",
    83: "M¼½¾ΜМш",
    84: "Ώωщ",
    85: "ΈФыю",
    87: "Ъ",
    88: "Ћф",
    89: "%mæЂ",
    90: "Ж",
    91: "Ήњ",
    93: "Ύ",
    94: "Wœ",
    97: "љ",
    98: "@Ы∟",
    100: "ÆŒШ—―…‰™←→",
    102: "Щ",
    103: "Ю",
    106: "Њ",
    109: "Љ₧",
}
_OF = [{sign: wide for wide, signs in table.items() for sign in signs} for table in (_REGULAR, _BOLD)]
_UNKNOWN, _FULL = 72, 100  # as a capital; letters of East Asia
_PARTS = re.compile(
    r"[\u1100-\u11ff\u2e80-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\u1100-\u11ff\u2e80-\ud7af\uf900-\ufaff\uff00-\uffef]+"
)


@lru_cache(maxsize=4096)
def _hundredths(sign: str, bold: bool) -> int:
    known = _OF[bold]
    if sign == "\u00a0":
        return known[" "]
    if sign in known:
        return known[sign]
    first = normalize("NFD", sign)[0]
    if first in known:
        return known[first]
    return _FULL if east_asian_width(sign) in "WF" else _UNKNOWN


def width(text: str, points: float, bold: bool = False) -> float:
    """Pixels that a text takes on one line."""
    return sum(_hundredths(sign, bold) for sign in text) / 100 * points * PIXELS


def lines(told: str | Paragraph, points: float, wide: float, bold: bool = False) -> int:
    """Lines that a text takes in so many pixels; of a paragraph the lead is bold. Words longer than a line are broken,
    texts of East Asia anywhere."""
    runs = [(told, bold)] if isinstance(told, str) else [(told.lead, True), (told.text, bold)]
    count, at = 1, 0.0
    for run, (text, heavy) in enumerate((text, heavy) for text, heavy in runs if text):
        space = width(" ", points, heavy)
        for place, (gap, word) in enumerate(_words(text)):
            long = width(word, points, heavy)
            before = space if at and (gap == " " or (run and not place)) else 0.0
            if gap == "\n" or (at and at + before + long > wide):
                count, at, before = count + 1, 0.0, 0.0
            at += before + long
            if at > wide:
                more = ceil(at / wide) - 1
                count, at = count + more, at - more * wide
    return count


def _words(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a text that stay together, each with what stands before it: a space, a new line or nothing."""
    for number, line in enumerate(text.split("\n")):
        for place, word in enumerate(line.split(" ")):
            gap = " " if place else "\n" if number else ""
            for part in _PARTS.findall(word) or [""]:
                yield gap, part
                gap = ""


def longest_word(text: str, points: float, bold: bool = False) -> float:
    """Pixels of the widest part of a text that stays together."""
    return max(width(word, points, bold) for _, word in _words(text))
