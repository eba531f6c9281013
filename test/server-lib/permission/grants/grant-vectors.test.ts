import { afterEach, describe, expect, test } from 'vitest';
import { findCookie } from '../../../../server-lib/wire/cookie-header.ts';
import { type GrantingSite, grantingSite } from '../../../helpers/grants/granting-site.ts';
import { withPollutedPrototype } from '../../../helpers/polluted-prototype.ts';
import {
  BAD_GRANTS,
  GOOD_GRANTS,
  GRANT_SITE,
  GRANT_VECTORS,
  type GrantVector,
  grantToken,
} from '../../../helpers/protocol/grant-vectors.ts';
import { refusingStep } from '../../../helpers/protocol/reference-grant.ts';

const prototype = Object.getOwnPropertyNames(Object.prototype);
afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
});

/** The result of a site for a row. */
function verified({ cookie, now, signedIn }: GrantVector, site: GrantingSite = grantingSite()) {
  site.now = now;
  const grant = site.grants.verify(cookie, { signedIn });
  const scope = grant && (grant.scope === '*' ? '*' : [...grant.scope]);
  return grant && { scope, expiresAt: grant.expiresAt, subject: grant.subject };
}

describe.each([...new Set(BAD_GRANTS.map((row) => row.class))])('refused grants: %s', (name) => {
  const rows = BAD_GRANTS.filter((row) => row.class === name);

  test.each(rows)('step $step: $title', (row) => {
    const site = grantingSite();

    expect(verified(row, site)).toBeUndefined();
    expect(site.log.errors).toEqual([]);
  });
});

describe('valid grants', () => {
  test.each(GOOD_GRANTS)('$title', (row) => {
    const { scope, expiresAt, subject } = row;
    const site = grantingSite();

    expect(verified(row, site)).toEqual({ scope, expiresAt, subject });
    expect(verified(row, site)).toEqual({ scope, expiresAt, subject }); // remembered
    expect(site.log.errors).toEqual([]);
  });
});

test('the steps of the protocol refuse each row at the step that the table names', () => {
  const steps = GRANT_VECTORS.map((row) => {
    const token = findCookie(row.cookie, '__Host-gatekeeper-grant');
    return { title: row.title, step: token === undefined ? 0 : refusingStep(token, row) };
  });

  expect(steps).toEqual(GRANT_VECTORS.map(({ title, step }) => ({ title, step })));
});

test('refused rows do not affect valid ones, in any order', () => {
  const site = grantingSite();

  for (const row of [...GOOD_GRANTS, ...BAD_GRANTS, ...BAD_GRANTS]) {
    expect([row.title, verified(row, site) !== undefined]).toEqual([row.title, row.step === undefined]);
  }
  expect(GOOD_GRANTS.filter((row) => verified(row, site) === undefined)).toEqual([]);
});

test('the table has more than 500 different refused cases, with some for every step', () => {
  const cases = new Set(BAD_GRANTS.map(({ cookie, now, signedIn }) => JSON.stringify([cookie, now, signedIn])));

  expect(cases.size).toBe(BAD_GRANTS.length);
  expect(cases.size).toBeGreaterThan(500);
  expect([...new Set(BAD_GRANTS.map(({ step }) => step))].sort((one, other) => Number(one) - Number(other))).toEqual([
    0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11,
  ]);
});

test.each([undefined, null, 7, ['__Host-gatekeeper-grant=x'], {}])(
  '%o instead of a header is not a grant',
  (header) => {
    expect(grantingSite().grants.verify(header as never, { signedIn: 'u_42' })).toBeUndefined();
  },
);

test('fields of a polluted Object.prototype complete no grant', () => {
  const { header, claims } = GRANT_SITE;
  const lacking = [
    ...Object.keys(header).map((name) => ({ name, token: grantToken({ without: [name] }) })),
    ...Object.keys(header).map((name) => ({ name, token: grantToken({ without: [name], header: { x: 1 } }) })),
    ...Object.keys(claims).map((name) => ({ name, token: grantToken({ without: [name] }) })),
  ];

  const passed = withPollutedPrototype({ ...header, ...claims, nbf: 0, length: 3 }, () => {
    const { grants } = grantingSite();
    return lacking.filter(({ token }) => grants.verify(`__Host-gatekeeper-grant=${token}`, { signedIn: 'u_42' }));
  });

  expect(passed).toEqual([]);
});

test('fields of a polluted Object.prototype invalidate no grant', () => {
  const pollution = { nbf: 9e9, crit: ['exp'], toJSON: 'x', kid: 'x', iss: 'x', gen: 0, jku: 'x' };

  const refused = withPollutedPrototype(pollution, () => GOOD_GRANTS.filter((row) => verified(row) === undefined));

  expect(refused).toEqual([]);
});
