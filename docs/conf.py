"""Sphinx: `sphinx-build -W -n docs build/manual` makes the manual, and runs its notebooks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docutils.nodes import SkipNode
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import floors  # noqa: E402

project = "floors"
author = "the authors of floors"
copyright = f"{floors.__version__}, MIT licence"
version = release = floors.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc"]
exclude_patterns = ["_*"]

html_theme = "furo"
html_title = f"floors {release}"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_copy_source = False
html_show_sphinx = False
html_math_renderer = "mathml"

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_dmath_double_inline = True

nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

default_role = "code"  # a name in a docstring
autodoc_member_order = "bysource"
autodoc_class_signature = "separated"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90
nitpick_ignore_regex = [
    (r"py:.*", r".*")
]  # types of signatures that have no page; links of pages are never let off


def _mathml(tex: str, place: Any, display: bool) -> str:
    """A formula as MathML, which browsers show without a script; one that is wrong is a warning."""
    try:
        return tex2mathml(tex, as_block=display)
    except MathError as error:
        logging.getLogger(__name__).warning("%s: %s", error, tex, location=place, type="math")
        return ""


def _inline(writer: Any, node: Any) -> None:
    writer.body.append(_mathml(node.astext(), node, display=False))
    raise SkipNode


def _block(writer: Any, node: Any) -> None:
    writer.body.append(f'<div class="math">{_mathml(node.astext(), node, display=True)}</div>\n')
    raise SkipNode


def setup(app: Any) -> None:
    """Formulas are MathML."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
