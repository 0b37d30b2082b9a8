"""The pictures of a result one by one, for a notebook or a slide: ``result.plot.floors()``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from floors.errors import UsageError
from floors.files.targets import replace_atomically
from floors.html.notebook import image
from floors.html.slides import Slide, slides
from floors.html.targets import check_figure
from floors.page.picture import Picture

_BEFORE = "picture_"


@dataclass(frozen=True)
class Plot:
    """A picture, drawn: a slide for each of its panels, as SVG and PNG. A notebook shows all of them."""

    title: str
    slides: tuple[Slide, ...] = field(repr=False)

    @property
    def svg(self) -> str:
        """The first slide."""
        return self.slides[0].svg

    @property
    def png(self) -> bytes:
        """The first slide, 2560 x 1440."""
        return self.slides[0].png()

    def save(self, path: str | Path, *, force: bool = False) -> tuple[Path, ...]:
        """Write the slides, as SVG or PNG by the ending of the name; of several each gets its number. `force`
        overwrites a file that floors did not draw. Raises UsageError and OutputError."""
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in (".svg", ".png"):
            raise UsageError(f"{path}: a picture is drawn as .svg or .png.")
        several = len(self.slides) > 1
        paths = [
            path.with_name(f"{path.stem}_{number}{path.suffix}") if several else path
            for number in range(1, len(self.slides) + 1)
        ]
        for one in paths:
            check_figure(one, force)
        return tuple(
            _written(one, slide.svg.encode() if ending == ".svg" else slide.png())
            for one, slide in zip(paths, self.slides, strict=True)
        )

    def _repr_html_(self) -> str:
        return "".join(image(slide.svg, self.title) for slide in self.slides)

    def _repr_svg_(self) -> str:
        return self.svg


class Plots:
    """The pictures of a result, a method each: ``result.plot.floors()``, ``result.plot.floors(2)`` for the second
    panel alone. ``dir(result.plot)`` lists them. Each raises UsageError without floors[report]."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self._pictures = {picture.name.removeprefix(_BEFORE): picture for picture in pictures}

    def __dir__(self) -> list[str]:
        return [*self._pictures]

    def __repr__(self) -> str:
        return f"<pictures: {', '.join(self._pictures) or 'none'}>"

    def __getattr__(self, name: str) -> Callable[..., Plot]:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._pictures:
            there = f"there are {', '.join(self._pictures)}" if self._pictures else "there is none"
            raise AttributeError(f"there is no picture {name!r}; {there}.")
        picture = self._pictures[name]

        def plot(panel: int | None = None) -> Plot:
            return _plot(picture, panel)

        plot.__name__, plot.__doc__ = name, f"{picture.title}. {picture.subtitle}"
        return plot


def _plot(picture: Picture, panel: int | None) -> Plot:
    """A picture, or one of its panels, counted from 1."""
    count = len(picture.panels)
    if panel is not None and (not isinstance(panel, int) or not 1 <= panel <= count):
        raise UsageError(
            f"picture {picture.name.removeprefix(_BEFORE)} has panels 1 to {count}; found {panel!r}."
        )
    drawn = tuple(slides(picture))
    return Plot(picture.title, drawn if panel is None else drawn[panel - 1 : panel])


def _written(path: Path, content: bytes) -> Path:
    def write(file: Path) -> None:
        file.write_bytes(content)

    return replace_atomically(path, write, lambda _: None)
