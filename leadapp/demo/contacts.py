"""Whom the demo's leads are about."""

import random
from dataclasses import dataclass

from leadapp.demo import people


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of a company: lead fields, and the company's line of business."""

    values: dict[str, str | None]
    domain: str


class Contacts:
    """Makes up people of different names at different companies."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._names: set[str] = set()
        self._companies: set[str] = set()

    def make(self) -> Contact:
        """One more contact; some lack an e-mail address, a phone number, or even a person."""
        chance = self._chance
        domain, suffixes = chance.choice(list(people.DOMAINS.items()))
        while (company := f"{chance.choice(people.COMPANY_WORDS)} {chance.choice(suffixes)}") in (
            self._companies
        ):
            domain, suffixes = chance.choice(list(people.DOMAINS.items()))
        self._companies.add(company)
        name = self._name() if chance.random() < 0.94 else None
        return Contact(
            {
                "name": name,
                "company": company,
                "email": self._email(name, company) if chance.random() < 0.9 else None,
                "phone": self._phone() if chance.random() < 0.75 else None,
            },
            domain,
        )

    def _name(self) -> str:
        while True:
            first = self._chance.choice(people.FIRST_NAMES)
            name = f"{first} {self._chance.choice(people.LAST_NAMES)}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _email(self, name: str | None, company: str) -> str:
        local = name.casefold().replace(" ", ".") if name else "office"
        return f"{local}@{company.casefold().replace(' ', '-')}.example"

    def _phone(self) -> str:
        pattern = self._chance.choice(people.PHONE_RANGES)
        return pattern.format(self._chance.randint(0, 99), self._chance.randint(0, 99))
