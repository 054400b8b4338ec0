"""The reliability curve as a picture."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

SIZE, LEFT, TOP = 400, 70, 50
_WIDTH, _HEIGHT = LEFT + SIZE + 30, TOP + SIZE + 70

Bands = Sequence[dict[str, Any]]


def draw(title: str, curves: Sequence[tuple[str, str, Bands]]) -> str:
    """An SVG of curves, each with its name, its color and the bands of a report's reliability.

    A bar is the interval at 95 % of the share won; a circle is as large as the leads are many.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 28, title, size=15),
        *_axes(),
    ]
    for place, (name, color, bands) in enumerate(curves):
        parts += _curve(color, bands)
        y = TOP + 18 + 20 * place
        parts.append(f'<circle cx="{LEFT + 16}" cy="{y - 4}" r="5" fill="{color}"/>')
        parts.append(_text(LEFT + 28, y, name))
    return "\n".join([*parts, "</svg>", ""])


def _x(share: float) -> float:
    return round(LEFT + SIZE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIZE * (1 - share), 1)


def _text(x: float, y: float, text: str, *, size: int = 13, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="#222222">'
        f"{escape(text)}</text>"
    )


def _axes() -> list[str]:
    lines = [
        f'<rect x="{LEFT}" y="{TOP}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#999999"/>',
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999999" stroke-dasharray="4 4"/>',
    ]
    for tenth in range(0, 11, 2):
        share = tenth / 10
        lines.append(_text(_x(share), TOP + SIZE + 20, f"{share:.1f}", anchor="middle"))
        lines.append(_text(LEFT - 8, _y(share) + 4, f"{tenth * 10} %", anchor="end"))
    lines.append(_text(_x(0.5), TOP + SIZE + 46, "score", anchor="middle"))
    lines.append(_text(8, TOP - 10, "won"))
    return lines


def _curve(color: str, bands: Bands) -> list[str]:
    points = [(_x(b["mean_score"]), _y(b["won"] / b["leads"]), b) for b in bands if b["leads"]]
    most = max((b["leads"] for _, _, b in points), default=1)
    path = "L".join(f"{x} {y}" for x, y, _ in points)
    lines = [f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="1.5"/>'] if path else []
    for x, y, band in points:
        bar = f"M{x} {_y(band['low'])}L{x} {_y(band['high'])}"
        radius = round(2 + 5 * (band["leads"] / most) ** 0.5, 1)
        lines.append(f'<path d="{bar}" stroke="{color}" stroke-width="1.5"/>')
        lines.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{color}"/>')
    return lines
