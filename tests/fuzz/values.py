"""What is put into cells: values that a person, another program or a prank may leave there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from floors.study.sheets import ErrorCell, NoResult

NUMBERS: tuple[float | int, ...] = (
    *(0, -0.0, 1, -1, 2, 3, 0.5, 0.99, 1.01, 5, 60, 100, 2026, 2027.5, -0.07, 1e-7, 1e-12, 1e-300),
    *(1e6, 1e9, 1e12, 1e15, 1e20, 1e300, 1.7976931348623157e308, -1e9, -1e300, 2**31, 2**63, 10**30, 1 / 3),
)
NAMES = (
    *(
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "=1+1",
        "{=1+1}",
        "'quoted'",
        '"',
        "a!A1",
        "A1",
    ),
    *(
        "R1C1",
        "é漢字🙂",
        "\u202egnirts",
        "\u200b",
        "\ufeffBOM",
        "a" * 300,
        "NA",
        "None",
        "nan",
        "&amp;",
        "<a>",
    ),
    *("]]>", "_x0041_", "_x000D_", "line\nbreak", "tab\there", "%s{}", "/etc/passwd", "a/b", "[Book]S!A1"),
    *("http://example.com", "mailto:a@b", "&P&A", "TRUE", "summary", "base", "US/defence", " US", "us", "*"),
    *("a\x0bb", "\ud800", "\x00", "C1\x9b2J", "\x85", "a\r\nb"),
)
TEXTS = (
    *NAMES,
    *(
        "",
        " ",
        "\xa0",
        "NaN",
        "inf",
        "-",
        "1,234",
        "12 %",
        "1e5",
        "−5",
        "€ 5",
        "60 d",
        "1e9 d",
        "bloc",
        "member",
    ),
    *(
        "capped",
        "other",
        "each",
        "demand",
        "use",
        "tonnes",
        "minimum",
        "margin",
        "years",
        "2026",
        "2026-2027",
    ),
    *("set", "multiply", "'*'", "#REF!", "#N/A", "a" * 33_000, "a\x00b", "\x0b", "\x1f", "\ud800", "\ufffe"),
)
WHERES = (
    *("*", "region=*", "commodity=oxide", "=", ";", "a=b=c", "region=US;", "region='*'", "region='a;b'"),
    *(
        "process=*; commodity=*",
        "2026=5",
        "region = US ; ",
        "'region'=US",
        "region=US;;role=member",
        "key=title",
    ),
)
ODD: tuple[Any, ...] = (
    *(True, False, date(2026, 1, 1), datetime(1900, 1, 1), time(12), timedelta(days=3), float("nan")),
    *(float("inf"), float("-inf"), ErrorCell("#DIV/0!"), ErrorCell("#NAME?"), NoResult("=A1*2")),
)


def any_value(random: Random) -> Any:
    """A value of any kind."""
    return random.choice(random.choice((NUMBERS, NUMBERS, TEXTS, TEXTS, WHERES, ODD)))


def near(value: Any, random: Random) -> Any:
    """A value much like another: numbers a little or a lot larger, text with a slip of the hand."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return any_value(random)
    if isinstance(value, str):
        at = random.randrange(len(value) + 1)
        return value[:at] + random.choice(("", " ", "x", "=", ";", "'", "\u202e", "é", "0")) + value[at + 1 :]
    return value * random.choice((-1, 0, 0.1, 0.5, 0.999, 1.001, 2, 10, 1e3, 1e6, 1e-6, 1e12))
