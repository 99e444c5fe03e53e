"""Somebody at a page: presses, fills and reads what is written on it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

CHOICES = ("radio", "checkbox")


@dataclass
class Person:
    """Somebody at a page: presses what is written on it."""

    page: Page

    def go(self, path: str) -> None:
        self.page.goto(path)

    def press(self, words: str, within: Locator | None = None) -> None:
        (within or self.page.locator("main")).get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str) -> None:
        self.page.locator("main").get_by_role("link", name=words, exact=True).first.click()

    def confirm(self, words: str, **fields: str) -> None:
        """Press what opens a dialog; fill it; press what it ends in."""
        self.press(words)
        dialog = self.page.get_by_role("dialog")
        for name, value in fields.items():
            dialog.locator(f"[name={name}]").fill(value)
        dialog.locator("[type=submit]").click()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def enter(self, fields: dict[str, str]) -> None:
        """Fill fields of any kind by their names; a choice by its value."""
        for name, value in fields.items():
            field = self.page.locator(f"main [name='{name}']:not([type=hidden])")
            kind = field.first.evaluate("field => field.type")
            if kind in CHOICES:
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)

    def choose(self, name: str, words: str) -> None:
        """One of the rows or cards of a choice."""
        self.page.locator(f".opt-r:has([name={name}])", has_text=words).first.click()

    def is_told(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)
