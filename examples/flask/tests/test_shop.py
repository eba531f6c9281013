"""The example itself."""

import unittest
from typing import Any

from app import create_app

from .site import MANIFEST, UNKNOWN, cookie, get

ORIGIN = {'Origin': 'http://localhost'}


class Shop(unittest.TestCase):
    def test_the_new_feature_is_for_listed_users_and_for_browsers_with_an_override(self) -> None:
        app = create_app(debug=True)
        client = app.test_client()

        self.assertNotIn('tasting table', client.get('/').text)
        self.assertIn('tasting table', get(app, '/', cookie(MY_NEW_FEATURE='VISIBLE')).text)
        client.post('/sign-in', data={'user': '2'}, headers=ORIGIN)
        self.assertIn('tasting table', client.get('/').text)
        client.post('/sign-in', data={'user': '4'}, headers=ORIGIN)
        self.assertNotIn('tasting table', client.get('/').text)

    def test_the_api_finds_teas_despite_typing_errors_if_its_flag_says_so(self) -> None:
        app = create_app(debug=True)

        def names(cookies: str | None) -> Any:
            return [tea['name'] for tea in get(app, '/api/teas?q=darjeling', cookies).json['teas']]

        self.assertEqual(names(None), [])
        self.assertEqual(names(cookie(SEARCH='FUZZY')), ['Darjeeling'])

    def test_each_checkout_is_rendered(self) -> None:
        app = create_app(debug=True)
        for variant in ('CLASSIC', 'ONE_PAGE', 'WIZARD'):
            page = get(app, '/checkout', cookie(CHECKOUT=variant)).text
            self.assertIn(f'data-variant="{variant}"', page)
        self.assertIn('data-variant="ONE_PAGE"', get(app, '/checkout', Accept_Language='nl').text)

    def test_the_page_with_the_flags_sets_and_clears_overrides(self) -> None:
        client = create_app(debug=True).test_client()

        client.post('/flags', data={'SEARCH': 'FUZZY', 'CHECKOUT': ''}, headers=ORIGIN)
        self.assertIn('<option selected>FUZZY</option>', client.get('/flags').text)
        client.post('/flags', data={'SEARCH': ''}, headers=ORIGIN)
        self.assertNotIn(' selected>', client.get('/flags').text)
        self.assertEqual(client.post('/flags', data={'PAYMENTS': 'STOPPED'}, headers=ORIGIN).status_code, 400)

    def test_forms_of_other_sites_are_rejected(self) -> None:
        client = create_app(debug=True).test_client()
        for path in ('/flags', '/sign-in'):
            for headers in ({}, {'Origin': 'https://other.example'}, {'Origin': 'null'}):
                self.assertEqual(client.post(path, headers=headers).status_code, 403)

    def test_in_production_only_testers_may_override(self) -> None:
        closed = create_app(debug=False)
        self.assertEqual(closed.test_client().get('/flags').status_code, 404)
        open_for_one = create_app(debug=False, testers=[1]).test_client()

        for _ in ('nobody', 'user 2'):
            self.assertEqual(open_for_one.get(MANIFEST).data, open_for_one.get(UNKNOWN).data)
            open_for_one.post('/sign-in', data={'user': '2'}, headers=ORIGIN)
        open_for_one.post('/sign-in', data={'user': '1'}, headers=ORIGIN)
        self.assertEqual(open_for_one.get(MANIFEST).json['app'], 'Leaf & Kettle')
