"""The override cookie (docs/protocol.md, section 1): one cookie that maps flags to variants, as JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn
from urllib.parse import quote, unquote_to_bytes

from .config import FeatureFlagConfig

MAX_COOKIE_BYTES = 4_096
DEFAULT_MAX_AGE = 604_800

Problem = Literal['malformed', 'too-large']


@dataclass(frozen=True)
class Overrides:
    """The content of a request's override cookie."""

    #: The overrides in force: flag to variant.
    applied: Mapping[str, str] = field(default_factory=dict)
    #: The entries that do not apply, as the manifest lists them.
    ignored: list[dict[str, str]] = field(default_factory=list)
    #: Why the whole cookie cannot be used.
    problem: Problem | None = None
    #: Every entry, whether it applies or not.
    entries: Mapping[str, object] = field(default_factory=dict)


NO_OVERRIDES = Overrides()


def find_cookie(header: str, name: str) -> str | None:
    """The raw value of the first cookie called ``name``. Not with ``http.cookies``, which loses raw JSON."""
    for pair in header.split(';'):
        key, equals, value = pair.partition('=')
        if equals and key.strip(' \t') == name:
            return value.strip(' \t')
    return None


def read_overrides(value: str, name: str, config_map: Mapping[str, FeatureFlagConfig]) -> Overrides:
    """Reads a cookie's raw value, one character for each byte as in WSGI. Returns a result for every string."""
    if len(name) + len(value) > MAX_COOKIE_BYTES:
        return Overrides(problem='too-large')
    try:
        entries = _parse(value)
    except (ValueError, RecursionError):
        return Overrides(problem='malformed')
    if not isinstance(entries, dict):
        return Overrides(problem='malformed')
    applied: dict[str, str] = {}
    ignored: list[dict[str, str]] = []
    for flag, variant in entries.items():
        code = _reason_to_ignore(config_map.get(flag), variant)
        if code is None:
            applied[flag] = variant
        else:
            ignored.append({'flag': flag, **({'variant': variant} if isinstance(variant, str) else {}), 'code': code})
    return Overrides(applied, ignored, None, entries)


def _reason_to_ignore(config: FeatureFlagConfig | None, variant: object) -> str | None:
    if config is None:
        return 'unknown-flag'
    if not isinstance(variant, str):
        return 'not-a-string'
    if not config.OVERRIDABLE:
        return 'locked'
    return None if variant in config.get_variants() else 'unknown-variant'


def _parse(value: str) -> Any:
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    text = value.encode('latin-1').decode('utf-8')
    try:
        return _parse_json(text)
    except ValueError:
        if '%' not in text:
            raise
        return _parse_json(_percent_decoded(text))


def _parse_json(text: str) -> Any:
    return json.loads(text.removeprefix('j:'), parse_constant=_reject_constant)


def _reject_constant(constant: str) -> NoReturn:
    raise ValueError(f'{constant} is not JSON (RFC 8259, 6)')


def _percent_decoded(text: str) -> str:
    if _BROKEN_ESCAPE.search(text):
        raise ValueError('a % without two hexadecimal digits')
    return unquote_to_bytes(text).decode('utf-8')


_BROKEN_ESCAPE = re.compile(r'%(?![0-9A-Fa-f]{2})')


def encode_overrides(overrides: Mapping[str, str]) -> str:
    """The cookie's value, which is the same for equal overrides."""
    ordered = {flag: overrides[flag] for flag in sorted(overrides, key=_code_units)}
    text = json.dumps(ordered, ensure_ascii=False, separators=(',', ':'))
    # A lone surrogate becomes its JSON escape.
    return quote(text.encode('utf-8', 'backslashreplace'), safe="-_.!~*'()")


def _code_units(text: str) -> bytes:
    return text.encode('utf-16-be', 'surrogatepass')


def set_cookie_line(name: str, overrides: Mapping[str, str], *, secure: bool) -> str:
    """The ``Set-Cookie`` value that stores ``overrides``; without any, it deletes the cookie."""
    value, max_age = (encode_overrides(overrides), DEFAULT_MAX_AGE) if overrides else ('', 0)
    # RFC 6265bis 4.1.3: a prefixed name needs Secure.
    attribute = '; Secure' if secure or name.startswith('__') else ''
    return f'{name}={value}; Path=/; Max-Age={max_age}; SameSite=Lax{attribute}'
