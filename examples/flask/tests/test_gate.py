"""The order of evaluation, and what a request may change."""

import unittest
from typing import Any

from flask import Flask, render_template_string, request

from gatekeeper import FeatureFlagConfig, initialize_gatekeeper

from .site import FLAGS, add_page, config_map, cookie, create_site, flag, get


def decided(name: str, decide: Any) -> FeatureFlagConfig:
    """A flag with its own logic."""
    return flag(name, _get_variant=lambda self, user_id, app, request, session: decide(self, user_id))


def explained(app: Flask, name: str, **options: Any) -> tuple[str, str, str, str | None]:
    """The variant, source, reason and error code of a flag, on a request of its own."""
    found: list[Any] = []
    add_page(app, lambda: found.append(request.gk.explain(name)) or '')
    assert get(app, '/page', **options).status_code == 200
    return found[0].variant, found[0].source, found[0].reason, found[0].error_code


class Evaluating(unittest.TestCase):
    def test_override_comes_before_user_list_own_logic_and_default(self) -> None:
        def flags(**members: Any) -> dict[str, FeatureFlagConfig]:
            return config_map(flag('FLAG', 'A B C D', 'D', **members))

        def own_logic(*_: Any, **__: Any) -> str:
            return 'C'

        both = {'overrides': {'B': [1]}, '_get_variant': own_logic}
        cases = [
            (flags(**both), {'cookies': cookie(FLAG='A'), 'user': '1'}, ('A', 'override', 'STATIC', None)),
            (flags(**both), {'user': '1'}, ('B', 'user', 'TARGETING_MATCH', None)),
            (flags(**both), {'user': '2'}, ('C', 'code', 'TARGETING_MATCH', None)),
            (flags(), {'user': '1'}, ('D', 'default', 'DEFAULT', None)),
        ]
        for config, options, expected in cases:
            with self.subTest(expected):
                self.assertEqual(explained(create_site(config, debug=True), 'FLAG', **options), expected)

    def test_own_logic_gets_what_the_pattern_promises(self) -> None:
        seen: list[Any] = []

        def own_logic(_self: Any, user_id: Any, app: Any, request: Any, session: Any) -> None:
            seen.extend([user_id, app, request.path, session.get('nothing')])

        app = create_site(config_map(flag('FLAG', _get_variant=own_logic)))

        self.assertEqual(get(app, '/flag/FLAG', user='7').text, 'OFF')
        self.assertEqual(seen, ['7', app, '/flag/FLAG', None])

    def test_a_failure_gives_the_default_and_a_line_in_the_log(self) -> None:
        async def later() -> str:
            return 'ON'

        def fails(*_: Any) -> str:
            raise KeyError('no such setting')

        for decide in (fails, lambda *_: 'MAYBE', lambda *_: True, lambda *_: later()):
            app = create_site(config_map(decided('FLAG', decide)))
            with self.subTest(decide), self.assertLogs(app.logger, 'ERROR') as logged:
                self.assertEqual(explained(app, 'FLAG'), ('OFF', 'error', 'ERROR', 'GENERAL'))
            self.assertEqual(len(logged.records), 1)

    def test_a_user_who_cannot_be_read_fails_only_flags_that_depend_on_the_user(self) -> None:
        def broken(_request: Any) -> str:
            raise RuntimeError('no database')

        for user_id in (broken, lambda _request: 1.5):
            app = create_site(user_id=user_id)
            with self.assertLogs(app.logger, 'ERROR'):
                self.assertEqual(get(app, '/flag/CHECKOUT').text, 'CLASSIC')
            with self.assertNoLogs(app.logger, 'ERROR'):
                self.assertEqual(get(app, '/flag/SEARCH').text, 'EXACT')

    def test_flags_that_evaluate_each_other_get_their_defaults(self) -> None:
        one = decided('ONE', lambda *_: request.gk.ff_variant('TWO'))
        two = decided('TWO', lambda *_: request.gk.ff_variant('ONE'))
        for name in ('ONE', 'TWO'):
            app = create_site(config_map(one, two))
            with self.assertLogs(app.logger, 'ERROR'):
                self.assertEqual(explained(app, name)[:2], ('OFF', 'error'))

    def test_a_flag_keeps_its_variant_until_the_request_ends(self) -> None:
        answers = iter(['ON', 'OFF', 'ON'])
        app = create_site(config_map(decided('FLAG', lambda *_: next(answers))))

        def view() -> str:
            return ' '.join(request.gk.ff_variant('FLAG', user) for user in (None, 'bob', None, 'bob'))

        add_page(app, view)
        self.assertEqual(get(app, '/page').text, 'ON OFF ON OFF')
        self.assertEqual(get(app, '/flag/FLAG').text, 'ON')

    def test_another_user_has_another_variant_and_the_same_override(self) -> None:
        def view() -> str:
            variant = request.gk.get_feature_flag_variant
            return f'{variant("CHECKOUT")} {variant("CHECKOUT", 1)} {variant("CHECKOUT", "1")} {variant("SEARCH", 1)}'

        app = create_site(debug=True)
        add_page(app, view)

        self.assertEqual(get(app, '/page', user='2').text, 'CLASSIC ONE_PAGE ONE_PAGE EXACT')
        self.assertEqual(get(app, '/page', cookie(SEARCH='FUZZY')).text, 'CLASSIC ONE_PAGE ONE_PAGE FUZZY')

    def test_a_flag_that_does_not_exist_has_no_variant(self) -> None:
        app = create_site()
        add_page(app, lambda: f'{request.gk.ff("GONE", "ON")} {request.gk.ff_variant("GONE")}')

        self.assertEqual(get(app, '/page').text, 'False None')

    def test_short_and_long_names_agree_also_in_a_template(self) -> None:
        template = (
            "{% if request.gk.ff('SEARCH', 'FUZZY') %}{{ request.gk.feature_flag('SEARCH', 'FUZZY') }}{% endif %}"
            " {{ request.gk.ff_variant('SEARCH') == request.gk.get_feature_flag_variant('SEARCH') }}"
        )
        app = create_site(debug=True)
        add_page(app, lambda: render_template_string(template))

        self.assertEqual(get(app, '/page', cookie(SEARCH='FUZZY')).text, 'True True')
        self.assertEqual(get(app, '/page').text, ' True')

    def test_the_map_of_flags_and_their_variants_can_be_read(self) -> None:
        app = create_site()
        add_page(app, lambda: {name: flag.get_variants() for name, flag in request.gk.get_config_map().items()})

        self.assertEqual(get(app, '/page').json['SEARCH'], ['EXACT', 'FUZZY'])
        self.assertEqual(list(get(app, '/page').json), sorted(FLAGS))

    def test_a_gate_for_another_user_can_be_made_inside_a_request(self) -> None:
        app = create_site(debug=True)
        add_page(app, lambda: f'{initialize_gatekeeper(1).ff_variant("CHECKOUT")} {request.gk.ff_variant("CHECKOUT")}')

        response = get(app, '/page', cookie(SEARCH='FUZZY'), user='2')

        self.assertEqual(response.text, 'ONE_PAGE CLASSIC')
        self.assertEqual(response.headers['Cache-Control'], 'private, no-store')

    def test_a_page_works_without_register_gatekeeper(self) -> None:
        app = Flask(__name__)
        app.debug = True
        add_page(app, lambda: initialize_gatekeeper(user_id=1, config_map=FLAGS).ff_variant('CHECKOUT'))

        self.assertEqual(get(app, '/page').text, 'ONE_PAGE')
        self.assertEqual(get(app, '/page', cookie(CHECKOUT='CLASSIC')).text, 'CLASSIC')


class SettingOverrides(unittest.TestCase):
    def setUp(self) -> None:
        self.app = create_site(debug=True)

    def set_cookies(self, variants: dict[str, str], cookies: str | None = None) -> tuple[str, list[str]]:
        self.app.add_url_rule('/set', 'set', lambda: str(request.gk.set_browser_override_variants(variants)))
        response = get(self.app, '/set', cookies)
        return response.text, response.headers.getlist('Set-Cookie')

    def test_an_override_is_added_to_those_of_the_browser(self) -> None:
        held = cookie(SEARCH='FUZZY', OTHER_SITE='ON')
        changed = cookie(CHECKOUT='ONE_PAGE', OTHER_SITE='ON', SEARCH='FUZZY')

        result = self.set_cookies({'CHECKOUT': 'ONE_PAGE'}, held)

        self.assertEqual(result, ('True', [f'{changed}; Path=/; Max-Age=604800; SameSite=Lax']))

    def test_an_empty_variant_clears_an_override_and_the_last_one_deletes_the_cookie(self) -> None:
        result = self.set_cookies({'SEARCH': ''}, cookie(SEARCH='FUZZY'))

        self.assertEqual(result, ('True', ['gatekeeper=; Path=/; Max-Age=0; SameSite=Lax']))

    def test_what_is_not_possible_sets_nothing(self) -> None:
        for variants in ({'GONE': 'ON'}, {'SEARCH': 'GONE'}, {'LOCKED': 'ON'}, {'SEARCH': 'FUZZY', 'LOCKED': 'ON'}):
            with self.subTest(variants):
                self.setUp()
                self.assertEqual(self.set_cookies(variants), ('False', []))

    def test_a_cookie_that_would_be_too_large_is_not_set(self) -> None:
        full = 'gatekeeper=' + cookie(OTHER_SITE='x' * 4_030).removeprefix('gatekeeper=')

        self.assertEqual(self.set_cookies({'SEARCH': 'FUZZY'}, full), ('False', []))

    def test_two_calls_on_one_request_add_up(self) -> None:
        def view() -> str:
            gk = request.gk
            gk.set_browser_override_variant('SEARCH', 'FUZZY')
            gk.set_browser_override_variant('CHECKOUT', 'ONE_PAGE')
            return f'{gk.get_browser_override_variants()} {gk.get_browser_override_variant("SEARCH")}'

        add_page(self.app, view)
        response = get(self.app, '/page')

        self.assertEqual(response.text, '{} None')  # they apply from the next request on
        self.assertIn(cookie(CHECKOUT='ONE_PAGE', SEARCH='FUZZY'), response.headers['Set-Cookie'])

    def test_on_https_and_with_a_prefixed_name_the_cookie_is_secure(self) -> None:
        for settings, scheme in (({}, 'https'), ({'cookie_name': '__Host-gatekeeper'}, 'http')):
            app = create_site(debug=True, **settings)
            add_page(app, lambda: str(request.gk.set_browser_override_variant('SEARCH', 'FUZZY')))
            response = app.test_client().get('/page', base_url=f'{scheme}://localhost')
            self.assertTrue(response.headers['Set-Cookie'].endswith('; SameSite=Lax; Secure'))

    def test_a_request_that_may_not_override_sets_nothing(self) -> None:
        self.app.debug = False

        self.assertEqual(self.set_cookies({'SEARCH': 'FUZZY'}), ('False', []))
