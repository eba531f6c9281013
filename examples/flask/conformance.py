"""The fixture of the conformance run (docs/conformance.md): ``python3 conformance.py``, then, in another terminal,

    npx gatekeeper-flags conform http://localhost:5000
"""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask, Request, Response, abort, jsonify, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from gatekeeper import FeatureFlagConfig, register_gatekeeper

FIXTURE = json.loads((Path(__file__).parents[2] / 'server-lib/cli/conform/fixture.json').read_text())
DESCRIPTION = {
    'conformance': 1,
    'name': f'Flask {version("flask")}',
    'sites': {'policy': '/', 'closed': '/closed', 'development': '/development'},
    'capabilities': {
        'manifest': True,
        'overrides': True,
        'users': True,
        'acknowledge': True,
        'caches': True,
        'rules': True,
        'values': True,
        'grants': 'examples/flask has no grants',
        'simulate': 'examples/flask does not simulate a context',
        'overrides.cookie-fields': 'a WSGI server joins Cookie fields by a comma, and the application cannot see them',
    },
}


def create_config(name: str, flag: Mapping[str, Any]) -> FeatureFlagConfig:
    """The class and the instance of a flag that the fixture describes."""
    members = {
        'FLAG_NAME': name,
        'VARIANTS': Enum('VARIANTS', flag['variants']),
        'VALUES': flag.get('values'),
        'DEFAULT': flag['default'],
        'DESCRIPTION': flag.get('description'),
        'OVERRIDABLE': flag.get('overridable', True),
        'HIDDEN': flag.get('hidden', False),
        'OWNER': flag.get('owner'),
        'TAGS': flag.get('tags', ()),
        'URL': flag.get('url'),
        'CREATED_AT': read_date(flag.get('createdAt')),
        'EXPIRES_AT': read_date(flag.get('expiresAt')),
    }
    if name in OWN_LOGIC:
        members['_get_variant'] = OWN_LOGIC[name]
    return type(name, (FeatureFlagConfig,), members)(overrides=flag.get('users'))


def read_date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def decide_order(self: FeatureFlagConfig, request: Request, **_: Any) -> str | None:
    return 'CODE' if attributes_of(request).get('code') is True else None


def fail(self: FeatureFlagConfig, **_: Any) -> str:
    raise RuntimeError('the function of CODE_FAILS fails')


CALLS = count(1)
OWN_LOGIC = {
    'ORDER': decide_order,
    'CODE_FAILS': fail,
    'CODE_WRONG': lambda self, **_: 'MISSING',
    'CODE_COUNTS': lambda self, **_: 'ON' if next(CALLS) % 2 else 'OFF',
    'RULE_DISABLED': lambda self, **_: 'ON',
}
MANY = {f'MANY_{number:02}': {'variants': ['ON', 'OFF'], 'default': 'OFF'} for number in range(1, 81)}
CONFIG_MAP = {name: create_config(name, flag) for name, flag in {**FIXTURE['flags'], **MANY}.items()}


def user_of(request: Request) -> str | None:
    user = request.headers.get('X-User')
    if user == '!':
        raise RuntimeError('the user cannot be read')
    return None if user is None else unquote(user)


def attributes_of(request: Request) -> dict[str, Any]:
    return json.loads(unquote(request.headers.get('X-Attributes', '{}')))


def may_override(request: Request) -> Any:
    answer = request.headers.get('X-May-Override')
    if answer == 'throws':
        raise RuntimeError('the policy fails')
    if answer == 'flag':
        return request.gk.ff('FLAG_A', 'ON')
    return {'yes': True, 'truthy': 'yes'}.get(answer, False)


def create_site(*, debug: bool = False, has_policy: bool = False) -> Flask:
    app = Flask(__name__)
    app.debug = debug
    register_gatekeeper(
        app,
        CONFIG_MAP,
        name='Conformance',
        user_id=user_of,
        attributes=attributes_of,
        rules=FIXTURE['rules'],
        allow_overrides=may_override if has_policy else None,
        scenarios=FIXTURE['scenarios'],
    )

    @app.errorhandler(MethodNotAllowed)
    def not_found(_error: MethodNotAllowed) -> ResponseReturnValue:
        return NotFound()

    @app.before_request
    def only_a_page_has_a_head() -> None:
        if request.method == 'HEAD' and request.path != '/page':
            abort(404)

    def get(path: str) -> Any:
        return app.route(path, methods=['GET'], provide_automatic_options=False)

    @get('/conformance')
    def conformance() -> ResponseReturnValue:
        if 'flags' not in request.args:
            return jsonify(DESCRIPTION)
        return jsonify(flags=[described(name) for name in names('flags')])

    @get('/page')
    def page() -> ResponseReturnValue:
        response = plain(variants('flags'))
        if 'padding' in request.args:
            response.headers['X-Padding'] = 'x' * int(request.args['padding'])
        if request.headers.get('If-None-Match') == response.headers['ETag']:
            response.status_code = 304
            response.data = b''
        return response

    @get('/redirect')
    def redirect_to_page() -> ResponseReturnValue:
        variants('flags')
        response = redirect('/page', 302)
        response.headers.update(FIXTURE['pageHeaders'])
        return response

    @get('/error')
    def error() -> ResponseReturnValue:
        variants('flags')
        raise RuntimeError('/error')

    @get('/stream')
    def stream() -> ResponseReturnValue:
        gk = request.gk
        first, late = variants('flags'), names('late')

        def chunks() -> Iterator[str]:
            yield first
            yield ''.join(f' {gk.ff_variant(name)}' for name in late)

        return plain(chunks())

    @get('/in-page')
    def in_page() -> ResponseReturnValue:
        variants('flags')
        return render_template_string('<!doctype html><title>In the page</title>{{ request.gk.used_script() }}')

    @app.route('/override', methods=['POST'], provide_automatic_options=False)
    def override() -> ResponseReturnValue:
        changed = request.gk.set_browser_override_variant(request.args['flag'], request.args['variant'])
        return jsonify(set=changed)

    return app


def names(parameter: str) -> list[str]:
    return [name for name in request.args.get(parameter, '').split(',') if name]


def variants(parameter: str) -> str:
    return ' '.join(str(request.gk.ff_variant(name)) for name in names(parameter))


def described(name: str) -> dict[str, Any]:
    other_user = request.args.get('for')
    if other_user is not None:
        return {'flag': name, 'variant': request.gk.ff_variant(name, other_user)}
    evaluation = request.gk.explain(name)
    if evaluation is None:
        return {'flag': name, 'variant': None}
    return {
        'flag': name,
        'variant': evaluation.variant,
        'value': evaluation.value,
        'source': evaluation.source,
        'reason': evaluation.reason,
        **({} if evaluation.error_code is None else {'errorCode': evaluation.error_code}),
    }


def plain(body: str | Iterator[str]) -> Response:
    """A response with the headers that ``/page`` sets."""
    return Response(body, mimetype='text/plain', headers=FIXTURE['pageHeaders'])


def main() -> None:
    logging.disable()  # the run sends more than a thousand requests, and makes flags fail
    sites = {'/closed': create_site(), '/development': create_site(debug=True)}
    application = DispatcherMiddleware(create_site(has_policy=True), sites)
    server = make_server('127.0.0.1', int(sys.argv[1]) if len(sys.argv) > 1 else 5000, application, threaded=True)
    print(f'http://localhost:{server.port}', flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main()
