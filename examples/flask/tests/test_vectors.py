"""The project's shared vectors: what each Cookie header means (test/vectors/README.md)."""

import json
import unittest
from pathlib import Path
from typing import Any

from gatekeeper.cookie import encode_overrides, find_cookie, read_overrides

from .site import config_map, flag

VECTORS = Path(__file__).parents[3] / 'test' / 'vectors'
SITE = json.loads((VECTORS / 'cookie-site.json').read_text())
FLAGS = config_map(
    *(
        flag(name, ' '.join(one['variants']), one['default'], OVERRIDABLE=one.get('overridable', True))
        for name, one in SITE['flags'].items()
    )
)
# The rows of these classes may be malformed because they are nested more deeply than 64 levels.
NESTED = {'nesting', 'proto', 'repetition'}


def expand(text: Any) -> str:
    """The string that a vector describes: a list of strings and repetitions."""
    return text if isinstance(text, str) else ''.join(map(expand_part, text))


def expand_part(part: Any) -> str:
    if isinstance(part, str):
        return part
    repeated, number = part['repeat'], part.get('number')
    if number is None:
        return repeated * part['times']
    return ''.join(repeated.replace(number, str(at)) for at in range(1, part['times'] + 1))


def expand_inside(value: Any) -> Any:
    if isinstance(value, dict):
        return expand(value['$text']) if '$text' in value else {key: expand_inside(one) for key, one in value.items()}
    return [expand_inside(one) for one in value] if isinstance(value, list) else value


def as_row(absent: bool = False, problem: Any = None, applies: Any = None, ignored: Any = None, **_: Any) -> Any:
    """The members of a row that say what is expected, with their defaults."""
    return absent, problem, applies or {}, sorted(ignored or [], key=json.dumps)


def read(header: str, name: str) -> Any:
    value = find_cookie(header, name)
    if value is None:
        return as_row(absent=True)
    overrides = read_overrides(value, name, FLAGS)
    return as_row(problem=overrides.problem, applies=overrides.applied, ignored=overrides.ignored)


class SharedVectors(unittest.TestCase):
    def test_every_hostile_header_is_read_as_expected(self) -> None:
        rows = 0
        for file in sorted((VECTORS / 'cookies').rglob('*.json')):
            for number, row in enumerate(json.loads(file.read_text()), 1):
                rows += 1
                with self.subTest(row=f'{file.stem}-{number}'):
                    result = read(expand(row['header']), row.get('name', SITE['cookie']))
                    if not (file.stem in NESTED and result == as_row(problem='malformed')):
                        self.assertEqual(result, as_row(**expand_inside(row)))
        self.assertGreater(rows, 500)

    def test_every_valid_cookie_is_written_and_read_as_expected(self) -> None:
        for row in json.loads((VECTORS / 'cookie-vectors.json').read_text()):
            with self.subTest(row=row['title']):
                overrides = row['overrides']
                flags = config_map(*(flag(name, variant, variant) for name, variant in overrides.items()))
                self.assertEqual(encode_overrides(overrides), row['value'])
                for value in [row['value'], *row['alsoRead']]:
                    self.assertEqual(read_overrides(value, 'gatekeeper', flags).applied, overrides)
