"""The parts of a board, as a person would name them."""

from typing import Literal

from playwright.sync_api import Locator, Page, expect


def card(page: Page, lead_id: int, noun: str = "lead") -> Locator:
    """The card of a lead, or of a sale."""
    return page.locator(f"#{noun}-{lead_id}")


def column(page: Page, stage: str) -> Locator:
    """A column, open or folded."""
    return page.locator(f".column[data-stage={stage}]")


def expect_in(page: Page, stage: str, lead_id: int, noun: str = "lead") -> None:
    """Wait until the card has settled in this column."""
    settled = f"#cards-{stage} > #{noun}-{lead_id}:not(.waiting)"
    expect(page.locator(settled)).to_have_attribute("data-stage", stage)


def expect_counts(page: Page, **counts: int) -> None:
    """Wait until the heads of these columns say these counts."""
    for stage, count in counts.items():
        expect(page.locator(f"#head-{stage} .count")).to_have_text(
            f"{count} lead{'s' * (count != 1)}"
        )


def expect_said(page: Page, text: str) -> None:
    """Wait until the live region has said this."""
    expect(page.locator("#live")).to_contain_text(text)


def drag(card: Locator, to: Locator) -> None:
    """Drag a card by its title line and drop it in the upper part of a column."""
    card.drag_to(to, source_position={"x": 40, "y": 10}, target_position={"x": 20, "y": 90})


def act(card: Locator, name: str, role: Literal["button", "link"] = "button") -> None:
    """Press one of a card's buttons, which come with the pointer."""
    card.hover()
    card.get_by_role(role, name=name, exact=True).click()
