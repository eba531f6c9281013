"""Server-Timing and caches."""

import unittest
from typing import Any

from flask import Flask, Response, abort, render_template_string, request, stream_with_context

from gatekeeper.evaluation import Evaluation
from gatekeeper.used_flags import server_timing, used_script

from .site import add_page, config_map, cookie, create_site, flag, get, is_ann

FOR_CACHES = {
    'Cache-Control': 'public, max-age=60',
    'CDN-Cache-Control': 'max-age=600',
    'Netlify-CDN-Cache-Control': 'max-age=600',
    'Surrogate-Control': 'max-age=600',
    'X-Accel-Expires': '600',
    'Expires': 'Sun, 01 Nov 2026 00:00:00 GMT',
    'Last-Modified': 'Sun, 01 Nov 2026 00:00:00 GMT',
    'ETag': '"of-everyone"',
    'Vary': 'Accept-Encoding',
    'X-Own': 'kept',
}
OVERRIDE = cookie(SEARCH='FUZZY')
ADDED_BY_WERKZEUG = len(
    'HTTP/1.1 200 OK\r\n'
    'Server: Werkzeug/2.2.2 Python/3.11.2\r\n'
    'Date: Sun, 01 Nov 2026 00:00:00 GMT\r\n'
    'Connection: close\r\n'
)


def cached_site(**settings: Any) -> Flask:
    """A site whose pages may be cached by everyone."""
    app = create_site(**{'allow_overrides': is_ann, **settings})

    @app.after_request
    def allow_caches(response: Response) -> Response:
        response.headers.extend(FOR_CACHES)
        return response

    return app


class Timing(unittest.TestCase):
    def timing(self, path: str, cookies: str | None, user: str = 'ann', app: Flask | None = None) -> str | None:
        return get(app or create_site(allow_overrides=is_ann), path, cookies, user).headers.get('Server-Timing')

    def test_a_page_lists_its_flags_for_a_browser_with_the_cookie_that_may_override(self) -> None:
        self.assertEqual(self.timing('/flag/SEARCH', OVERRIDE), 'gk.SEARCH;desc="FUZZY override"')
        self.assertEqual(self.timing('/flag/CHECKOUT', OVERRIDE), 'gk.CHECKOUT;desc="ONE_PAGE user"')
        self.assertEqual(self.timing('/flag/SEARCH', 'gatekeeper=%7B%7D'), 'gk.SEARCH;desc="EXACT default"')
        self.assertEqual(self.timing('/flag/SEARCH', 'gatekeeper=broken'), 'gk.SEARCH;desc="EXACT default"')

    def test_other_pages_list_none(self) -> None:
        self.assertIsNone(self.timing('/flag/SEARCH', None))
        self.assertIsNone(self.timing('/flag/SEARCH', OVERRIDE, user='mallory'))
        self.assertIsNone(self.timing('/flag/SECRET', OVERRIDE))
        self.assertIsNone(self.timing('/no-flag', OVERRIDE))

    def test_in_development_every_page_lists_its_flags(self) -> None:
        app = create_site(debug=True)

        self.assertEqual(self.timing('/flag/SEARCH', None, app=app), 'gk.SEARCH;desc="EXACT default"')

    def test_flags_stand_after_the_entries_of_the_application_in_the_order_of_evaluation(self) -> None:
        app = create_site(debug=True)

        def view() -> Response:
            for name in ('CHECKOUT', 'SECRET', 'SEARCH'):
                request.gk.ff_variant(name)
            request.gk.ff_variant('LOCKED', 'another user')
            return Response('', headers={'Server-Timing': 'db;dur=5'})

        add_page(app, view)
        expected = 'db;dur=5, gk.CHECKOUT;desc="CLASSIC default", gk.SEARCH;desc="EXACT default"'
        self.assertEqual(self.timing('/page', None, user='bob', app=app), expected)

    def test_an_error_page_lists_the_flags_too(self) -> None:
        app = create_site(debug=True)
        add_page(app, lambda: abort(403, request.gk.ff_variant('SEARCH')))

        self.assertEqual(self.timing('/page', None, app=app), 'gk.SEARCH;desc="EXACT default"')

    def test_entries_have_at_most_the_given_bytes_and_count_the_rest(self) -> None:
        flags = [Evaluation(f'FLAG_{number}', 'ON', 'ON', 'default', 'DEFAULT') for number in range(100)]

        text = server_timing(flags, 2_048)

        self.assertLessEqual(len(text), 2_048)
        listed = text.count('gk.FLAG_')
        self.assertTrue(text.endswith(f', gk;desc="+{100 - listed} more"'))
        self.assertGreater(len(text) + len(', gk.FLAG_99;desc="ON default"'), 2_048)
        self.assertEqual(server_timing(flags, 20), 'gk;desc="+100 more"')
        self.assertEqual(server_timing(flags, 18), '')

    def test_all_headers_together_stay_below_the_buffer_of_nginx(self) -> None:
        flags = config_map(*(flag(f'FLAG_{number}') for number in range(60)))
        for size in range(0, 3_700, 100):
            app = create_site(flags, debug=True)

            def view(size: int = size) -> Response:
                for name in flags:
                    request.gk.ff_variant(name)
                return Response('', headers={'X-Large': 'x' * size, 'Cache-Control': 'public'})

            add_page(app, view)
            response = get(app, '/page')
            timing = response.headers.get('Server-Timing')
            with self.subTest(size):
                if timing is None:
                    self.assertGreater(size, 3_000)
                    self.assertEqual(response.headers['Cache-Control'], 'public')
                else:
                    self.assertLess(len(str(response.headers)) + ADDED_BY_WERKZEUG, 3_500)


class Caches(unittest.TestCase):
    def test_a_page_with_an_override_is_private_whatever_the_application_set(self) -> None:
        app = cached_site()
        for path in ('/flag/SEARCH', '/flag/CHECKOUT', '/flag/SECRET'):
            with self.subTest(path):
                headers = get(app, path, OVERRIDE, user='ann').headers
                self.assertEqual(headers.getlist('Cache-Control'), ['private, no-store'])
                self.assertEqual(headers.getlist('Vary'), ['Accept-Encoding, Cookie'])
                left = set(FOR_CACHES) & set(headers.keys())
                self.assertEqual(left, {'Cache-Control', 'Vary', 'X-Own'})

    def test_a_page_that_only_lists_its_flags_is_private(self) -> None:
        headers = get(cached_site(), '/flag/SEARCH', 'gatekeeper=%7B%7D', user='ann').headers

        self.assertEqual((headers['Cache-Control'], headers.get('ETag')), ('private, no-store', None))

    def test_other_pages_are_not_changed(self) -> None:
        app = cached_site()
        for path, cookies, user in (
            ('/flag/SEARCH', None, 'ann'),
            ('/flag/SEARCH', OVERRIDE, 'mallory'),
            ('/no-flag', OVERRIDE, 'ann'),
            ('/flag/SECRET', cookie(), 'ann'),
        ):
            with self.subTest(path, cookies=cookies, user=user):
                headers = get(app, path, cookies, user=user).headers
                self.assertEqual({name: headers[name] for name in FOR_CACHES}, FOR_CACHES)

    def test_a_page_that_sets_an_override_is_private(self) -> None:
        app = cached_site()
        add_page(app, lambda: str(request.gk.set_browser_override_variant('SEARCH', '')))

        headers = get(app, '/page', user='ann').headers

        self.assertEqual(headers['Cache-Control'], 'private, no-store')
        self.assertEqual(headers['Set-Cookie'], 'gatekeeper=; Path=/; Max-Age=0; SameSite=Lax')

    def test_vary_is_kept_and_completed(self) -> None:
        for own, expected in (('cookie', 'cookie'), ('*', '*'), ('Accept, Origin', 'Accept, Origin, Cookie')):
            app = create_site(debug=True)
            add_page(app, lambda own=own: Response(request.gk.ff_variant('SEARCH'), headers={'Vary': own}))
            self.assertEqual(get(app, '/page').headers['Vary'], expected)

    def test_no_304_keeps_another_variant_on_the_screen(self) -> None:
        app = create_site(allow_overrides=is_ann)

        def view() -> Response:
            response = Response(request.gk.ff_variant('SEARCH'))
            response.set_etag('of-everyone')
            return response.make_conditional(request)

        add_page(app, view)
        condition = {'If_None_Match': '"of-everyone"'}
        self.assertEqual(get(app, '/page', OVERRIDE, user='ann', **condition).status_code, 200)
        self.assertEqual(get(app, '/page', OVERRIDE, user='mallory', **condition).status_code, 304)
        self.assertEqual(get(app, '/page', None, user='ann', **condition).status_code, 304)

    def test_a_streamed_page_lists_what_was_evaluated_before_its_first_byte(self) -> None:
        app = create_site(debug=True)

        def view() -> Response:
            first = request.gk.ff_variant('SEARCH')

            def stream() -> Any:
                yield f'{first} '
                yield f'{request.gk.ff_variant("CHECKOUT")} {request.gk.set_browser_override_variant("SEARCH", "")}'

            return Response(stream_with_context(stream()))

        add_page(app, view)
        response = get(app, '/page', cookie(SEARCH='FUZZY', CHECKOUT='ONE_PAGE'))

        self.assertEqual(response.text, 'FUZZY ONE_PAGE False')
        self.assertEqual(response.headers['Server-Timing'], 'gk.SEARCH;desc="FUZZY override"')
        self.assertEqual(response.headers['Cache-Control'], 'private, no-store')


class UsedScript(unittest.TestCase):
    def page(self, user: str, cookies: str | None = None) -> Any:
        app = cached_site()
        flags = "{{ request.gk.ff('SEARCH', 'EXACT') }}{{ request.gk.ff('SECRET', 'ON') }}"
        add_page(app, lambda: render_template_string(flags + '{{ request.gk.used_script() }}'))
        return get(app, '/page', cookies, user)

    def test_a_page_lists_its_flags_in_an_element(self) -> None:
        response = self.page('ann', 'gatekeeper=%7B%7D')

        element = '<script type="application/json" id="gatekeeper-used">{"SEARCH":"EXACT default"}</script>'
        self.assertEqual(response.text, f'TrueFalse{element}')
        self.assertEqual(response.headers['Cache-Control'], 'private, no-store')

    def test_other_visitors_get_no_element(self) -> None:
        for response in (self.page('ann'), self.page('mallory', OVERRIDE)):
            self.assertEqual(response.text, 'TrueFalse')
            self.assertEqual(response.headers['Cache-Control'], 'public, max-age=60')

    def test_a_stream_has_the_element_only_if_no_cache_stores_it(self) -> None:
        def streamed(*early: str) -> Any:
            app = cached_site()

            def view() -> Response:
                gk = request.gk
                for name in early:
                    gk.ff_variant(name)
                return Response(f'{one.ff_variant("CHECKOUT")}{one.used_script()}' for one in [gk])

            add_page(app, view)
            return get(app, '/page', cookie(CHECKOUT='CLASSIC'), user='ann')

        self.assertIn('{"SEARCH":"EXACT default","CHECKOUT":"CLASSIC override"}', streamed('SEARCH').text)
        public = streamed()
        self.assertEqual((public.text, public.headers['Cache-Control']), ('CLASSIC', 'public, max-age=60'))

    def test_the_element_has_at_most_64_kib(self) -> None:
        flags = [Evaluation(f'FLAG_{number:04}', 'ON', 'ON', 'default', 'DEFAULT') for number in range(5_000)]

        script = used_script(flags)

        self.assertLessEqual(len(script), 65_536)
        self.assertGreater(len(script), 65_536 - 30)
        self.assertTrue(script.endswith('"}</script>'))
        self.assertEqual(used_script([]), '')
