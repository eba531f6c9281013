"""The headers of a response: what the page used, and which caches may keep it (docs/protocol.md, sections 4 and 6)."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .evaluation import Evaluation
from .gate import Gatekeeper
from .used_flags import server_timing

Headers = list[tuple[str, str]]

#: The key of the list of a request's gates in its WSGI environment.
GATES = 'gatekeeper.gates'


class ResponseHeaders:
    """WSGI middleware that completes the headers when they are sent.

    It is the innermost one, so Flask has added its session cookie, and the application its own headers, by then.
    """

    def __init__(self, wsgi_app: Callable[..., Iterable[bytes]]) -> None:
        self._wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: Headers, *exc_info: Any) -> Any:
            gates: list[Gatekeeper] = environ.get(GATES, [])
            for gate in gates:
                headers = complete_headers(gate, status, headers)
            return start_response(status, headers, *exc_info)

        return self._wsgi_app(environ, start)


def complete_headers(gate: Gatekeeper, status: str, headers: Headers) -> Headers:
    """The headers of a response, with what this request's flags and overrides need."""
    cookie = gate.set_cookie()
    if gate.is_manifest:
        # An extension for CORS adds its headers to every response; other origins must not read this one.
        return [header for header in headers if not header[0].lower().startswith('access-control-')]
    private = _private(headers if cookie is None else [*headers, ('Set-Cookie', cookie)])
    timed = _timed(private, status, gate.listed_evaluations())
    is_private = gate.is_private() or timed is not None
    gate.headers_sent(is_private=is_private)
    return (timed or private) if is_private else headers


_MAX_TIMING_BYTES = 2_048
#: nginx reads headers into 4 KiB, and responds with 502 to more.
_MAX_HEAD_BYTES = 3_500
#: What a WSGI server adds, which the application does not see.
_ADDED_BY_SERVER = len(
    'HTTP/1.1 \r\n'
    'Server: Werkzeug/10.10.10 Python/3.100.100 and some more\r\n'
    'Date: Sun, 01 Nov 2026 00:00:00 GMT\r\n'
    'Connection: keep-alive\r\n'
    'Transfer-Encoding: chunked\r\n'
    '\r\n'
)


def _timed(headers: Headers, status: str, evaluations: Sequence[Evaluation]) -> Headers | None:
    """``headers`` with the evaluations after the application's own entries; ``None`` if there are none or no room."""
    own = [value for name, value in headers if name.lower() == 'server-timing']
    others = [(name, value) for name, value in headers if name.lower() != 'server-timing']
    head = _ADDED_BY_SERVER + len(status) + sum(len(f'{name}: {value}\r\n') for name, value in others)
    line = len(f'Server-Timing: {", ".join([*own, ""])}\r\n')
    entries = server_timing(evaluations, min(_MAX_TIMING_BYTES, _MAX_HEAD_BYTES - head - line))
    return [*others, ('Server-Timing', ', '.join([*own, entries]))] if entries else None


def _private(headers: Headers) -> Headers:
    """``headers`` so that no shared cache stores the response."""
    kept = [(name, value) for name, value in headers if not _is_for_caches(name.lower())]
    fields = [field.strip() for name, value in kept if name.lower() == 'vary' for field in value.split(',')]
    if not {'*', 'cookie'}.intersection(field.lower() for field in fields):
        fields.append('Cookie')
    others = [(name, value) for name, value in kept if name.lower() != 'vary']
    return [*others, ('Cache-Control', 'private, no-store'), ('Vary', ', '.join(filter(None, fields)))]


def _is_for_caches(name: str) -> bool:
    return name in _CACHE_HEADERS or _CACHE_HEADER_PATTERN.search(name) is not None


# Those that some shared cache prefers to Cache-Control, and those that only a cache reads.
_CACHE_HEADERS = frozenset(
    [
        'cache-control',
        'etag',
        'last-modified',
        'expires',  # for a cache that is configured to ignore Cache-Control
        'cdn-cache-control',  # RFC 9213, 3.1
        'surrogate-control',  # w3.org/TR/edge-arch
        'surrogate-key',  # Fastly
        'x-accel-expires',  # nginx
        'edge-control',  # Akamai
        'edge-cache-tag',  # Akamai
        'x-litespeed-cache-control',  # LiteSpeed
        'x-litespeed-tag',
        'cache-tag',  # Cloudflare, Google Cloud CDN, KeyCDN
        'x-cache-tag',  # Varnish
        'x-cache-tags',  # FOSHttpCache
        'xkey',  # Varnish, vmod_xkey
        'x-drupal-cache-tags',
        'x-drupal-cache-max-age',
        'x-magento-tags',
        'x-cache-enabled',  # SiteGround
    ]
)
_CACHE_HEADER_PATTERN = re.compile(
    r'cache-?control$|surrogate|accel-expires|(?:^|-)s-?maxage$'
    r'|(?:^|-)(?:\w*cdn|edge|cache|proxy|varnish)-(?:control|expires|max-?age|s-?maxage|ttl|tags?)$'
)
