"""What the shop sells."""

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Tea:
    name: str
    kind: str
    taste: str
    price: int  # in cents, for 100 g
    cost: int
    colour: str


TEAS = [
    Tea('Assam', 'black', 'malt and honey', 690, 210, '#7c3a1d'),
    Tea('Darjeeling', 'black', 'muscat grapes', 990, 410, '#b7652b'),
    Tea('Earl Grey', 'black', 'bergamot', 720, 230, '#8f4a22'),
    Tea('Sencha', 'green', 'fresh grass', 880, 330, '#7f9a4c'),
    Tea('Genmaicha', 'green', 'toasted rice', 760, 240, '#a39a52'),
    Tea('Gunpowder', 'green', 'a little smoke', 640, 190, '#6d7f47'),
    Tea('Rooibos', 'herbal', 'vanilla and wood', 590, 150, '#a8401f'),
    Tea('Chamomile', 'herbal', 'apples and hay', 560, 140, '#d2a93c'),
]


def search_teas(words: str, *, fuzzy: bool) -> list[Tea]:
    """The teas whose name contains ``words``; if ``fuzzy``, also those with a similar name."""
    wanted = words.strip().lower()
    return [tea for tea in TEAS if wanted in tea.name.lower() or (fuzzy and _is_similar(wanted, tea.name.lower()))]


def _is_similar(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= 0.7
