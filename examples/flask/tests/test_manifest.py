import unittest
from datetime import date
from typing import Any

from .site import FLAGS, MANIFEST, config_map, cookie, create_site, flag, get, is_ann


class Manifest(unittest.TestCase):
    def manifest(self, cookies: str | None = None, user: str | None = None, **options: Any) -> Any:
        response = get(create_site(debug=True, **options), MANIFEST, cookies, user)
        self.assertEqual(response.status_code, 200)
        return response.json

    def test_a_flag_is_described_for_the_very_request(self) -> None:
        manifest = self.manifest(cookie(CHECKOUT='CLASSIC'), user='ann')

        checkout = next(one for one in manifest['flags'] if one['name'] == 'CHECKOUT')
        self.assertEqual(
            checkout,
            {
                'name': 'CHECKOUT',
                'variants': ['CLASSIC', 'ONE_PAGE'],
                'default': 'CLASSIC',
                'overridable': True,
                'current': 'CLASSIC',
                'source': 'override',
                'reason': 'STATIC',
                'withoutOverride': 'ONE_PAGE',
            },
        )

    def test_optional_fields_are_there_if_they_are_set(self) -> None:
        described = flag(
            'FLAG',
            DESCRIPTION='A flag',
            OWNER='web-team',
            TAGS=['checkout'],
            URL='https://wiki.example.com/flag',
            CREATED_AT=date(2026, 11, 1),
            EXPIRES_AT=date(2027, 3, 1),
        )
        manifest = self.manifest(flags=config_map(described), name='Shop', environment='staging')

        self.assertEqual((manifest['app'], manifest['environment']), ('Shop', 'staging'))
        self.assertLessEqual(
            {
                'description': 'A flag',
                'owner': 'web-team',
                'tags': ['checkout'],
                'url': 'https://wiki.example.com/flag',
                'createdAt': '2026-11-01',
                'expiresAt': '2027-03-01',
            }.items(),
            manifest['flags'][0].items(),
        )

    def test_the_overrides_say_what_applies_and_what_does_not(self) -> None:
        cookies = cookie(SEARCH='FUZZY', GONE='ON', LOCKED='ON', CHECKOUT='GONE')

        overrides = self.manifest(cookies)['overrides']

        self.assertEqual((overrides['state'], overrides['maxBytes']), ('enabled', 4096))
        self.assertEqual(overrides['applied'], ['SEARCH'])
        codes = {entry['flag']: entry['code'] for entry in overrides['ignored']}
        self.assertEqual(codes, {'GONE': 'unknown-flag', 'LOCKED': 'locked', 'CHECKOUT': 'unknown-variant'})

    def test_a_cookie_that_cannot_be_read_is_a_problem(self) -> None:
        self.assertEqual(self.manifest('gatekeeper=%7Bbroken')['overrides']['problem'], 'malformed')
        self.assertEqual(self.manifest('gatekeeper=' + 'x' * 4_087)['overrides']['problem'], 'too-large')

    def test_hidden_flags_are_nowhere(self) -> None:
        hidden = {'name': 'Hidden', 'overrides': {'SECRET': 'ON'}}
        shown = {'name': 'Shown', 'overrides': {'SEARCH': 'FUZZY'}}

        response = get(create_site(debug=True, scenarios=[hidden, shown]), MANIFEST, cookie(SECRET='ON'))

        self.assertNotIn('SECRET', response.text)
        self.assertEqual(response.json['scenarios'], [shown])

    def test_the_revision_changes_with_the_definitions(self) -> None:
        revisions = {
            self.manifest(flags=config_map(config))['revision']
            for config in (flag('FLAG'), flag('FLAG', DESCRIPTION='New'), flag('FLAG', overrides={'ON': [1]}))
        }
        self.assertEqual(len(revisions), 3)
        self.assertEqual(self.manifest(flags=FLAGS)['revision'], self.manifest(flags=FLAGS)['revision'])

    def test_the_response_is_only_for_this_browser_and_this_origin(self) -> None:
        app = create_site(allow_overrides=is_ann)

        @app.after_request
        def allow_every_origin(response: Any) -> Any:
            response.headers['Access-Control-Allow-Origin'] = '*'
            return response

        headers = get(app, MANIFEST, cookie(SEARCH='FUZZY'), user='ann').headers

        expected = {
            'Content-Type': 'application/json; charset=utf-8',
            'Cache-Control': 'private, no-store',
            'Vary': 'Cookie',
            'X-Content-Type-Options': 'nosniff',
            'Cross-Origin-Resource-Policy': 'same-origin',
            'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
            'Referrer-Policy': 'no-referrer',
        }
        self.assertEqual({name: headers.get(name) for name in expected}, expected)
        self.assertNotIn('Server-Timing', headers)
        self.assertNotIn('Access-Control-Allow-Origin', headers)

    def test_head_has_the_headers_of_get(self) -> None:
        client = create_site(debug=True).test_client()

        head, got = client.head(MANIFEST), client.get(MANIFEST)

        self.assertEqual((head.status_code, head.data, head.headers), (200, b'', got.headers))

    def test_the_path_and_the_cookie_can_have_another_name(self) -> None:
        app = create_site(debug=True, manifest_path='/flags.json', cookie_name='gatekeeper-two')

        manifest = get(app, '/flags.json', cookie(SEARCH='FUZZY').replace('gatekeeper', 'gatekeeper-two')).json

        self.assertEqual(manifest['overrides']['applied'], ['SEARCH'])
        self.assertEqual(manifest['cookie']['name'], 'gatekeeper-two')
        self.assertEqual(get(app, MANIFEST).status_code, 404)
