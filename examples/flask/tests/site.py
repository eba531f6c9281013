"""A small site for the tests."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from flask import Flask, Request, Response, request, session

from gatekeeper import FeatureFlagConfig, register_gatekeeper
from gatekeeper.cookie import encode_overrides

MANIFEST = '/.well-known/gatekeeper.json'
#: As long as the manifest's path, so that both responses can be equal.
UNKNOWN = '/.well-known/neverthere.json'


def flag(name: str, variants: str = 'ON OFF', default: str = 'OFF', **members: Any) -> FeatureFlagConfig:
    """A flag with lists of users (``overrides``), own logic (``decide``) and other members of the class."""
    overrides = members.pop('overrides', None)
    decide = members.pop('decide', None)
    if decide is not None:
        members['_get_variant'] = lambda self, user_id, **_: decide(user_id)
    body = {'FLAG_NAME': name, 'VARIANTS': Enum('VARIANTS', variants.split()), 'DEFAULT': default, **members}
    return type(name, (FeatureFlagConfig,), body)(overrides=overrides)


def config_map(*configs: FeatureFlagConfig) -> dict[str, FeatureFlagConfig]:
    return {config.FLAG_NAME: config for config in configs}


SEARCH = flag('SEARCH', 'EXACT FUZZY', 'EXACT')
CHECKOUT = flag('CHECKOUT', 'CLASSIC ONE_PAGE', 'CLASSIC', overrides={'ONE_PAGE': [1, 'ann']})
LOCKED = flag('LOCKED', OVERRIDABLE=False)
SECRET = flag('SECRET', HIDDEN=True)
FLAGS = config_map(SEARCH, CHECKOUT, LOCKED, SECRET)


def is_ann(current: Request) -> bool:
    return current.headers.get('X-User') == 'ann'


def create_site(flags: dict[str, FeatureFlagConfig] = FLAGS, *, debug: bool = False, **settings: Any) -> Flask:
    """A site with a page for each flag, at /flag/NAME, whose user is the header X-User."""
    app = Flask(__name__)
    app.secret_key = 'of the tests'
    app.debug = debug
    settings.setdefault('user_id', lambda current: current.headers.get('X-User'))
    register_gatekeeper(app, flags, **settings)

    @app.get('/flag/<name>')
    def page(name: str) -> Response:
        return Response(str(request.gk.ff_variant(name)), mimetype='text/plain')

    @app.get('/no-flag')
    def no_flag() -> str:
        return 'no flag'

    @app.get('/session')
    def read_session() -> str:
        return str(session.get('anything'))

    return app


def add_page(app: Flask, view: Callable[[], Any], path: str = '/page') -> None:
    app.add_url_rule(path, path, view)


def cookie(**overrides: str) -> str:
    """A ``Cookie`` header with these overrides."""
    return f'gatekeeper={encode_overrides(overrides)}'


def get(app: Flask, path: str, cookies: str | None = None, user: str | None = None, **headers: str) -> Any:
    """The response to a GET with a raw ``Cookie`` header."""
    environ = {} if cookies is None else {'HTTP_COOKIE': cookies}
    named = {name.replace('_', '-'): value for name, value in headers.items()}
    if user is not None:
        named['X-User'] = user
    return app.test_client(use_cookies=False).get(path, environ_overrides=environ, headers=named)
