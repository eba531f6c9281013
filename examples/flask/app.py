"""A small tea shop with feature flags: ``python3 app.py``, then http://localhost:5000."""

import argparse
import os
import secrets
from collections.abc import Sequence

from flask import Flask, Request, Response, abort, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server

from flags import CONFIG_MAP, SCENARIOS
from gatekeeper import register_gatekeeper
from teas import TEAS, search_teas


def create_app(*, debug: bool, testers: Sequence[int] = ()) -> Flask:
    """The shop. With ``debug``, every request may override; otherwise, only those of the testers."""
    app = Flask(__name__)
    app.debug = debug
    app.config.update(
        SECRET_KEY=os.environ.get('SECRET_KEY') or secrets.token_hex(),
        SESSION_COOKIE_SAMESITE='Lax',
        PAYMENTS=os.environ.get('PAYMENTS', 'running'),
    )

    def is_tester(_request: Request) -> bool:
        return session.get('user_id') in testers

    register_gatekeeper(
        app,
        CONFIG_MAP,
        name='Leaf & Kettle',
        environment='development' if debug else 'production',
        user_id=lambda _request: session.get('user_id'),
        allow_overrides=is_tester if testers else None,
        scenarios=SCENARIOS,
    )

    @app.get('/')
    def home() -> str:
        return render_template('home.html', teas=TEAS)

    @app.get('/checkout')
    def checkout() -> str:
        return render_template('checkout.html', checkout=request.gk.ff_variant('CHECKOUT'))

    @app.get('/api/teas')
    def teas() -> Response:
        engine = request.gk.ff_variant('SEARCH')
        found = search_teas(request.args.get('q', ''), fuzzy=engine == 'FUZZY')
        return jsonify(search=engine, teas=[{'name': tea.name, 'price': tea.price} for tea in found])

    @app.post('/sign-in')
    def sign_in() -> ResponseReturnValue:
        check_origin()
        user_id = request.form.get('user', type=int)
        if user_id is None:
            session.pop('user_id', None)
        else:
            session['user_id'] = user_id
        return redirect(url_for('home'), 303)

    @app.get('/flags')
    def flags() -> str:
        check_may_override()
        visible = [config for config in request.gk.get_config_map().values() if not config.HIDDEN]
        return render_template('flags.html', configs=visible)

    @app.post('/flags')
    def set_flags() -> ResponseReturnValue:
        check_may_override()
        check_origin()
        if not request.gk.set_browser_override_variants(request.form.to_dict()):
            abort(400)
        return redirect(url_for('flags'), 303)

    @app.errorhandler(404)
    def not_found(_error: Exception) -> tuple[str, int]:
        return render_template('not-found.html'), 404

    return app


def check_may_override() -> None:
    """The page with the flags does not exist for requests that may not override."""
    if not request.gk.may_override():
        abort(404)


def check_origin() -> None:
    """Rejects a form that another site submits. Current browsers send ``Origin`` with every POST."""
    if request.headers.get('Origin') != request.host_url.rstrip('/'):
        abort(403)


def main() -> None:
    parser = argparse.ArgumentParser(description='A tea shop with feature flags.')
    parser.add_argument('port', nargs='?', type=int, default=int(os.environ.get('PORT', '5000')))
    parser.add_argument('--production', action='store_true', help='switch overrides off, as FLASK_DEBUG=0 does')
    parser.add_argument('--testers', type=int, nargs='+', default=(), help='users who may override in production')
    options = parser.parse_args()
    debug = not options.production and os.environ.get('FLASK_DEBUG', '1') not in ('0', 'false', 'no', '')

    app = create_app(debug=debug, testers=options.testers)
    server = make_server('127.0.0.1', options.port, app, threaded=True)
    print(f'http://localhost:{server.port}', flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == '__main__':
    main()
