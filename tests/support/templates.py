"""The templates of all sentences, out of the source: every text of three words or more that is no docstring.

Sheets' notes of one word or two, and what is filled in, are none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = (
    *(
        f"floors/results/{name}.py"
        for name in ("words", "floors_in_words", "levies", "warned", "shock", "leaving")
    ),
    *(f"floors/results/{name}.py" for name in ("shuffling", "mix", "sensitivity", "border", "owed_in_words")),
    *(f"floors/results/{name}.py" for name in ("exempt_in_words", "links_in_words", "traced_in_words")),
    *(f"floors/results/{name}.py" for name in ("papers", "dumping", "structural", "instruments_in_words")),
    "floors/solving/largest.py",
    "floors/many/runs.py",
    "floors/many/coalitions/coalitions.py",
    "floors/many/coalitions/candidates.py",
    "floors/many/coalitions/joining_in_words.py",
    "floors/many/sweep/sweeping.py",
    "floors/many/sweep/jumps.py",
    "floors/many/sweep/optimum.py",
    "floors/many/sweep/grid_in_words.py",
    "floors/many/risks/words.py",
    "floors/many/risks/break_even_words.py",
    "floors/many/risks/vault_words.py",
    "floors/many/near/words.py",
    "floors/many/chains/words.py",
    "floors/many/varied/words.py",
    "floors/many/varied/sample_words.py",
)
WORDS = 3
NAMES = frozenset(
    {
        "coalitions with a plan",
        "owen adds up",
        "owen in core",
        "least core epsilon",
        "plan_choice at each cap",
        "any where no rule stands on floors",
    }
)
"""Texts that name something, and say nothing."""
PARTS = frozenset(
    {"its years from the surprise on"}
    | {"levies at the border", "contracts for difference", "a guarantee of the floors"}
    | {
        "million {}, present value",
        "the empty coalition",
        ", with what is exempt,",
        "keeps all capped",
        "of capped origin",
    }
    | {"net cost of the bloc", "levy revenue of the bloc", "{} million {} (present value)"}
)
"""What other templates are filled in with, whatever they say."""


def templates() -> Iterator[tuple[str, str]]:
    """(file, template) with {} for what is filled in."""
    for source in SOURCES:
        tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
        inner = _inside_texts(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in inner:
                text = _text(node)
                if (
                    " " in text
                    and text not in NAMES | PARTS
                    and len(re.findall(r"[a-zA-Z']{2,}", text.replace("{}", " "))) >= WORDS
                ):
                    yield source, text


def _inside_texts(tree: ast.AST) -> set[int]:
    """Docstrings, the parts of formatted texts, what is raised, and what describes a format."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found |= {id(part) for part in node.values if isinstance(part, ast.Constant)}
        if isinstance(node, ast.Raise):
            found |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
    return found


def _text(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
