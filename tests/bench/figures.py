"""A figure, its yardstick and its target, and the table they make."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `ratio` is what the target is about, or None where `value` is."""

    name: str
    value: float
    unit: str
    yardstick: float | None
    ratio: float | None
    target: str
    met: bool

    def line(self) -> str:
        """The figure as a line of the table."""
        value = f"{self.value:,.1f} {self.unit}"
        yardstick = "" if self.yardstick is None else f"{self.yardstick:,.1f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = "yes" if self.met else "NO"
        return f"{self.name:<58} {value:>12} {yardstick:>10} {ratio:>6}  {self.target:<10} {met}"


def at_least(name: str, ours: float, floor: float, ratio: float, target: float) -> Figure:
    """A rate beside the floor's; the ratio is the median of those of the rounds."""
    return Figure(name, ours, "/s", floor, ratio, f">= {target:.2f}", ratio >= target)


def at_most(name: str, value: float, target: float, unit: str) -> Figure:
    """A value that should not exceed its target."""
    return Figure(name, value, unit, None, None, f"<= {target:g} {unit}", value <= target)


def no_slower(name: str, value: float, yardstick: float, target: float) -> Figure:
    """A time beside another."""
    ratio = value / yardstick
    return Figure(name, value, "ms", yardstick, ratio, f"<= {target:g}", ratio <= target)


def fast_enough(name: str, rate: float, target: float) -> Figure:
    """A rate that should reach its target."""
    return Figure(name, rate, "/s", None, None, f">= {target:g} /s", rate >= target)


def table(figures: list[Figure]) -> str:
    """The figures as a table, and as the last line how many targets were met."""
    head = f"{'figure':<58} {'value':>12} {'yardstick':>10} {'ratio':>6}  {'target':<10} met"
    lines = [head, "-" * len(head)]
    lines.extend(figure.line() for figure in figures)
    lines.append(f"targets met: {sum(f.met for f in figures)} of {len(figures)}")
    return "\n".join(lines)
