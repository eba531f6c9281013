"""How a response lists the flags that it used (docs/protocol.md, section 4)."""

from collections.abc import Sequence
from itertools import accumulate

from markupsafe import Markup

from .evaluation import Evaluation

_MAX_SCRIPT_BYTES = 65_536
_SCRIPT = '<script type="application/json" id="gatekeeper-used">{%s}</script>'


def describe(evaluation: Evaluation) -> str:
    return f'{evaluation.variant} {evaluation.source}'


def server_timing(evaluations: Sequence[Evaluation], max_bytes: int) -> str:
    """The entries that fit into ``max_bytes``. The last one counts those that do not; without room for it, ``''``."""
    entries = [f'gk.{one.flag};desc="{describe(one)}"' for one in evaluations]
    if len(', '.join(entries)) <= max_bytes:
        return ', '.join(entries)
    for listed in range(len(entries) - 1, -1, -1):
        text = ', '.join([*entries[:listed], f'gk;desc="+{len(entries) - listed} more"'])
        if len(text) <= max_bytes:
            return text
    return ''


def used_script(evaluations: Sequence[Evaluation]) -> Markup:
    """The element for the page itself, with the evaluations that fit; empty if there are none."""
    # Nothing is escaped: the names of flags and variants have no character that could end the element.
    entries = [f'"{one.flag}":"{describe(one)}"' for one in evaluations]
    room = _MAX_SCRIPT_BYTES - len(_SCRIPT % '')
    fitting = sum(1 for size in accumulate(len(entry) + 1 for entry in entries) if size <= room)
    return Markup(_SCRIPT % ','.join(entries[:fitting])) if fitting else Markup()
