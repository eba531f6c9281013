"""The flags of the tea shop."""

from datetime import date
from enum import Enum

from gatekeeper import FeatureFlagConfig, Scenario


class MyNewFeature(FeatureFlagConfig):
    FLAG_NAME = 'MY_NEW_FEATURE'
    DESCRIPTION = 'Gate visibility of my new feature during development'
    VARIANTS = Enum('VARIANTS', 'VISIBLE NOT_VISIBLE')
    DEFAULT = VARIANTS.NOT_VISIBLE
    OWNER = 'shop-team'
    TAGS = ['home']
    CREATED_AT = date(2026, 11, 1)
    EXPIRES_AT = date(2027, 3, 1)


class Checkout(FeatureFlagConfig):
    FLAG_NAME = 'CHECKOUT'
    DESCRIPTION = 'The checkout that a customer gets; Dutch browsers get one page'
    VARIANTS = Enum('VARIANTS', 'CLASSIC ONE_PAGE WIZARD')
    DEFAULT = VARIANTS.CLASSIC
    TAGS = ['checkout']

    def _get_variant(self, user_id, app, request, session):
        is_dutch = request.accept_languages.best_match(['en', 'nl']) == 'nl'
        return self.VARIANTS.ONE_PAGE if is_dutch else None


class Search(FeatureFlagConfig):
    FLAG_NAME = 'SEARCH'
    DESCRIPTION = 'Find teas despite typing errors; evaluated by the API only'
    VARIANTS = Enum('VARIANTS', 'EXACT FUZZY')
    DEFAULT = VARIANTS.EXACT
    TAGS = ['api']


class FreeSamples(FeatureFlagConfig):
    FLAG_NAME = 'FREE_SAMPLES'
    DESCRIPTION = 'A free sample for 30 % of the customers who are signed in'
    VARIANTS = Enum('VARIANTS', 'ON OFF')
    DEFAULT = VARIANTS.OFF

    def _get_variant(self, user_id, app, request, session):
        return self.rollout(user_id, {'ON': 30, 'OFF': 70})


class Payments(FeatureFlagConfig):
    FLAG_NAME = 'PAYMENTS'
    DESCRIPTION = 'The operator stops payments with PAYMENTS=stopped'
    VARIANTS = Enum('VARIANTS', 'RUNNING STOPPED')
    DEFAULT = VARIANTS.RUNNING
    OVERRIDABLE = False

    def _get_variant(self, user_id, app, request, session):
        return self.VARIANTS.STOPPED if app.config['PAYMENTS'] == 'stopped' else None


class StaffNotes(FeatureFlagConfig):
    FLAG_NAME = 'STAFF_NOTES'
    DESCRIPTION = 'What the buyers paid'
    VARIANTS = Enum('VARIANTS', 'SHOWN HIDDEN')
    DEFAULT = VARIANTS.HIDDEN
    HIDDEN = True


CONFIG_MAP = {
    config.FLAG_NAME: config
    for config in [
        MyNewFeature(overrides={'VISIBLE': [1, 2, 3]}),
        Checkout(),
        Search(),
        FreeSamples(),
        Payments(),
        StaffNotes(overrides={'SHOWN': [1]}),
    ]
}

SCENARIOS: list[Scenario] = [
    {
        'name': 'Next release',
        'description': 'The new feature, with the checkout on one page',
        'overrides': {'MY_NEW_FEATURE': 'VISIBLE', 'CHECKOUT': 'ONE_PAGE'},
    },
]
