"""Who may override, and that other requests see no trace of it."""

import unittest
from typing import Any
from unittest import mock

from flask import Request, request, session

from gatekeeper import gate as gate_module

from .site import MANIFEST, UNKNOWN, add_page, cookie, create_site, get, is_ann

OVERRIDE = cookie(SEARCH='FUZZY')


def everything(response: Any) -> tuple[str, list[tuple[str, str]], bytes]:
    return response.status, list(response.headers), response.data


class Permission(unittest.TestCase):
    def test_in_development_every_request_may_override(self) -> None:
        app = create_site(debug=True)

        self.assertEqual(get(app, '/flag/SEARCH', OVERRIDE).text, 'FUZZY')
        app.debug = False
        self.assertEqual(get(app, '/flag/SEARCH', OVERRIDE).text, 'EXACT')

    def test_in_production_the_cookie_is_not_even_parsed(self) -> None:
        with mock.patch.object(gate_module, 'read_overrides') as read_overrides:
            self.assertEqual(get(create_site(), '/flag/SEARCH', OVERRIDE).text, 'EXACT')

        read_overrides.assert_not_called()

    def test_a_policy_must_return_exactly_true(self) -> None:
        async def later() -> bool:
            return True

        def fails() -> bool:
            raise RuntimeError('no database')

        for answer in (lambda: 1, lambda: 'yes', lambda: None, later, fails):
            app = create_site(allow_overrides=lambda _request, answer=answer: answer())
            with self.subTest(answer), mock.patch.object(app.logger, 'disabled', True):
                self.assertEqual(get(app, '/flag/SEARCH', OVERRIDE).text, 'EXACT')
        self.assertEqual(get(create_site(allow_overrides=is_ann), '/flag/SEARCH', OVERRIDE, user='ann').text, 'FUZZY')

    def test_the_policy_is_called_once_and_only_if_there_is_a_cookie(self) -> None:
        calls: list[str] = []

        def policy(current: Request) -> bool:
            calls.append(current.path)
            return is_ann(current)

        app = create_site(allow_overrides=policy)
        add_page(app, lambda: f'{request.gk.ff_variant("SEARCH")} {request.gk.ff_variant("CHECKOUT")}')

        for path, cookies in (('/page', None), ('/page', 'session=gatekeeper'), ('/no-flag', OVERRIDE)):
            get(app, path, cookies, user='ann')
        self.assertEqual(calls, [])
        self.assertEqual(get(app, '/page', OVERRIDE, user='ann').text, 'FUZZY ONE_PAGE')
        self.assertEqual(calls, ['/page'])

    def test_an_override_cannot_grant_its_own_permission(self) -> None:
        def policy(_request: Request) -> bool:
            return bool(request.gk.ff('SEARCH', 'FUZZY')) or request.gk.may_override()

        self.assertEqual(get(create_site(allow_overrides=policy), '/flag/SEARCH', OVERRIDE).text, 'EXACT')

    def test_overrides_can_be_suspended(self) -> None:
        app = create_site(debug=True)

        def view() -> str:
            with request.gk.without_overrides():
                before = request.gk.ff_variant('SEARCH')
            return f'{before} {request.gk.ff_variant("SEARCH")}'

        add_page(app, view)
        self.assertEqual(get(app, '/page', OVERRIDE).text, 'EXACT FUZZY')


class Refusal(unittest.TestCase):
    def policies(self) -> dict[str, Any]:
        def reads_session(_request: Request) -> bool:
            return session.get('user_id') == 1

        return {'no policy': None, 'a policy': lambda _request: False, 'one that reads the session': reads_session}

    def test_the_manifest_is_the_response_to_an_unknown_path_in_every_byte(self) -> None:
        for name, policy in self.policies().items():
            app = create_site(allow_overrides=policy)
            for cookies in (None, OVERRIDE, 'gatekeeper=%7Bbroken'):
                with self.subTest(name, cookies=cookies):
                    refused, unknown = get(app, MANIFEST, cookies), get(app, UNKNOWN, cookies)
                    self.assertEqual(refused.status_code, 404)
                    self.assertEqual(everything(refused), everything(unknown))

    def test_other_methods_get_what_an_unknown_path_gets(self) -> None:
        client = create_site(debug=True).test_client()
        for method in ('post', 'put', 'delete', 'options', 'patch'):
            with self.subTest(method):
                refused, unknown = (getattr(client, method)(path) for path in (MANIFEST, UNKNOWN))
                self.assertEqual(everything(refused), everything(unknown))

    def test_a_page_has_the_same_bytes_with_a_cookie_that_may_not_override(self) -> None:
        for name, policy in self.policies().items():
            app = create_site(allow_overrides=policy)
            with self.subTest(name):
                plain, forged = get(app, '/flag/SEARCH'), get(app, '/flag/SEARCH', OVERRIDE)
                self.assertEqual(everything(forged), everything(plain))
