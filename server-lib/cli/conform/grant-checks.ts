import { createHmac } from 'node:crypto';
import { encodeOverrides } from '../../wire/override-cookie.ts';
import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import { FIXTURE, parseJson } from './fixture.ts';
import { MANIFEST_PATH, manifestOf, mustBePrivateDocument, mustLookUnknown } from './manifest-checks.ts';
import { evaluations, POST, parseSetCookie } from './override-checks.ts';
import { type Answer, type Check, forEach, mustBeSame, type Sending, type Site, type Visitor } from './site.ts';
import { expandText, GRANT_ROWS, type GrantRow, SIGNED_IN, tokenAt } from './vectors.ts';

const { path: PATH, origins, keys, generation } = FIXTURE.grants;
const ORIGIN = origins[0] ?? '';
const UNKNOWN_PATH = PATH.replace('gatekeeper', 'neverthere');

/** The headers of a grant request by a page of the site. */
const OWN: readonly (readonly [string, string])[] = [
  ['Origin', ORIGIN],
  ['Sec-Fetch-Site', 'same-origin'],
  ['X-Gatekeeper', '1'],
];
const HOLDER = 'u_42';
const OVERRIDES = { FLAG_A: 'ON', FLAG_B: 'TWO' };
const OVERRIDE_COOKIE = `__Host-gatekeeper=${encodeOverrides(OVERRIDES)}`;

const seconds = (): number => Math.floor(Date.now() / 1_000);

/** Requests a grant and returns the response. */
function requestGrant(site: Site, visitor: Visitor = { user: HOLDER, headers: OWN }): Promise<Answer> {
  return site.ask(PATH, visitor, POST);
}

/** The pair `name=value` of a new grant's cookie. */
export async function newGrant(site: Site, user: string = HOLDER): Promise<string> {
  const answer = await requestGrant(site, { user, headers: OWN });
  const line = answer.fields('set-cookie').find((one) => one.startsWith('__Host-gatekeeper-grant='));
  answer.must('responds with a grant', answer.status === 200 && line !== undefined, {
    expected: 'status 200 and Set-Cookie: __Host-gatekeeper-grant=…',
    got: `status ${answer.status} and ${JSON.stringify(answer.fields('set-cookie'))}`,
  });
  return line?.split(';', 1)[0] ?? '';
}

async function variantsOf(
  site: Site,
  cookie: string,
  user?: string,
): Promise<{ readonly answer: Answer; readonly got: readonly unknown[] }> {
  const answer = await site.ask('/conformance?flags=FLAG_A,FLAG_B', { cookie, ...(user !== undefined && { user }) });
  return { answer, got: evaluations(answer, ['variant']).flat() };
}

async function overridesOf(
  site: Site,
  visitor: Visitor,
): Promise<{ readonly answer: Answer; readonly overrides: JsonObject; readonly cookie: JsonObject }> {
  const { answer, manifest } = await manifestOf(site, visitor);
  const [overrides, cookie] = ['overrides', 'cookie'].map((key) => {
    const value = ownField(manifest, key);
    return isJsonObject(value) ? value : {};
  }) as [JsonObject, JsonObject];
  return { answer, overrides, cookie };
}

/** What each class of grant vectors is about. */
const CLASSES: Readonly<Record<string, string>> = {
  audience: 'refuses another issuer or audience',
  carrier: 'reads the grant from its cookie only, without unquoting or decoding',
  compact: 'refuses what is not three segments of canonical base64url, or too long',
  good: 'accepts every valid grant',
  header: 'refuses another algorithm (none), type or key in the header',
  key: 'refuses every signature that no configured key made',
  payload: 'refuses a payload that is not one JSON object with distinct names',
  person: 'refuses another user’s, an unnamed or a revoked grant',
  scope: 'refuses an invalid scope, and limits to a valid one',
  time: 'refuses a grant before and after its time, or with too long a life',
};

async function checkGrantRow({ grants }: { readonly grants: Site }, row: GrantRow): Promise<void> {
  const token = tokenAt(row, seconds());
  const pair = (row.cookie ?? '__Host-gatekeeper-grant=$token').replaceAll('$token', token);
  const signedIn = row.signedIn === undefined ? expandText(row.subject ?? SIGNED_IN) : row.signedIn;
  const cookie = pair === '' ? OVERRIDE_COOKIE : `${OVERRIDE_COOKIE}; ${pair}`;
  const { answer, got } = await variantsOf(grants, cookie, signedIn === null ? undefined : String(signedIn));
  const scope = row.step === undefined ? (row.scope ?? ['FLAG_A', 'FLAG_B']) : [];
  const expected = [scope.includes('FLAG_A') ? 'ON' : 'OFF', scope.includes('FLAG_B') ? 'TWO' : 'ONE'];
  const verdict = row.step === undefined ? 'is accepted' : `is refused by step ${row.step}`;
  answer.mustEqual(
    `the variants of FLAG_A and FLAG_B, whose overrides need a grant that ${verdict}: ${row.title}`,
    got,
    expected,
  );
}

const TOKEN_CHECKS: readonly Check[] = Object.entries(GRANT_ROWS).map(([name, rows]) => ({
  name: `grants.token-${name}`,
  promise: CLASSES[name] ?? name,
  section: '5',
  run: (sites) => forEach(rows, (row) => checkGrantRow(sites, row)),
}));

const ORIGIN_VALUES = [
  ORIGIN,
  undefined,
  'null',
  'https://evil.example',
  `${ORIGIN}.evil.example`,
  ORIGIN.replace('https', 'http'),
];
const SITE_VALUES = ['same-origin', undefined, 'same-site', 'cross-site', 'none'];
const MARK_VALUES = ['1', undefined, 'true'];

/** Grant requests that differ in one header or in the body, and whether they come from a page of the site. */
function* grantRequests(): Iterable<{
  readonly headers: Visitor['headers'] & {};
  readonly sending: Sending;
  readonly isOwn: boolean;
}> {
  for (const origin of ORIGIN_VALUES) {
    for (const site of SITE_VALUES) {
      for (const mark of MARK_VALUES) {
        const given = { Origin: origin, 'Sec-Fetch-Site': site, 'X-Gatekeeper': mark };
        const headers = Object.entries(given).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as const],
        );
        const isOwn = origin === ORIGIN && mark === '1' && (site === 'same-origin' || site === undefined);
        yield { headers, sending: { body: '' }, isOwn };
      }
    }
  }
  yield { headers: OWN, sending: { body: 'x'.repeat(1_024) }, isOwn: true };
  yield { headers: OWN, sending: { body: 'x'.repeat(1_025) }, isOwn: false };
  yield { headers: [...OWN, ['Transfer-Encoding', 'chunked']], sending: { body: '1\r\nx\r\n0\r\n\r\n' }, isOwn: false };
}

async function checkGrantRequest(
  site: Site,
  method: string,
  { headers, sending, isOwn }: ReturnType<typeof grantRequests> extends Iterable<infer One> ? One : never,
): Promise<void> {
  const answer = await site.ask(PATH, { user: HOLDER, headers }, { ...sending, method });
  const shown = `${method} with ${headers.map((pair) => pair.join(': ')).join(', ')} and ${sending.body?.length ?? 0} bytes`;
  if (isOwn) return answer.mustEqual(`the status of ${shown}`, answer.status, method === 'POST' ? 200 : 204);
  const unknown = await site.ask(UNKNOWN_PATH, { user: HOLDER, headers }, { ...sending, method });
  mustBeSame(`${shown} gets the response to an unknown path`, answer, unknown, (line) =>
    line.replaceAll('neverthere', 'gatekeeper'),
  );
}

export const GRANT_CHECKS: readonly Check[] = [
  {
    name: 'grants.required',
    promise: 'a user who could get a grant gets the manifest with grant-required',
    section: '3',
    async run({ grants }) {
      const { answer, overrides, cookie } = await overridesOf(grants, { user: HOLDER, cookie: OVERRIDE_COOKIE });
      const { state, grantUrl, expiresIn, applied } = overrides;
      const expected = ['grant-required', grants.base + PATH, undefined, []];
      answer.mustEqual('state, grantUrl, expiresIn and applied', [state, grantUrl, expiresIn, applied], expected);
      answer.mustEqual('the cookie’s name and Secure', [cookie.name, cookie.secure], ['__Host-gatekeeper', true]);
      const { got } = await variantsOf(grants, OVERRIDE_COOKIE, HOLDER);
      answer.mustEqual('the overrides do not apply without the grant', got, ['OFF', 'ONE']);
    },
  },
  {
    name: 'grants.refused',
    promise: 'for other users, the manifest and the grant look like unknown paths, with every method',
    section: '5',
    async run({ grants }) {
      const cookie = `__Host-gatekeeper-grant=a.b.c; ${OVERRIDE_COOKIE}`;
      const strangers: readonly Visitor[] = [
        {},
        { user: 'mallory' },
        { user: 'mallory', cookie, headers: OWN },
        { cookie, mayOverride: 'yes' },
      ];
      await forEach(strangers, async (visitor) => {
        await mustLookUnknown(grants, MANIFEST_PATH, visitor);
        await mustLookUnknown(grants, PATH, visitor);
      });
    },
  },
  {
    name: 'grants.issue',
    promise: 'POST responds with the state and the cookie, in a private response',
    section: '5',
    async run({ grants }) {
      const answer = await requestGrant(grants);
      const { state, expiresIn } = isJsonObject(answer.json) ? answer.json : {};
      answer.mustEqual('the status and the state', [answer.status, state], [200, 'enabled']);
      const isAge = Number.isInteger(expiresIn) && Number(expiresIn) > 0 && Number(expiresIn) <= 86_400;
      answer.must('expiresIn', isAge, { expected: '1 to 86400', got: expiresIn });
      const lines = answer.fields('set-cookie').map(parseSetCookie);
      const attributes = ['httponly', `max-age=${expiresIn}`, 'path=/', 'samesite=lax', 'secure'];
      answer.mustEqual(
        'the cookie',
        lines.map((line) => [line.name, line.attributes]),
        [['__Host-gatekeeper-grant', attributes]],
      );
      mustBePrivateDocument(answer);
    },
  },
  {
    name: 'grants.token',
    promise: 'a new grant is a JWS with the protocol’s header and claims, signed with the first key',
    section: '5',
    async run({ grants }) {
      const answer = await requestGrant(grants);
      const token = parseSetCookie(answer.fields('set-cookie')[0] ?? '').value;
      const [header = '', payload = '', signature = ''] = token.split('.');
      const secret = Buffer.from(keys[0]?.secret ?? '', 'base64url');
      const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
      answer.mustEqual('the signature', signature, expected);
      answer.mustEqual('the header', decodeSegment(header), { alg: 'HS256', typ: 'gk-grant+jwt', kid: keys[0]?.kid });
      const claims = decodeSegment(payload);
      const { iss, aud, sub, gen, scp, iat, exp, jti } = isJsonObject(claims) ? claims : {};
      answer.mustEqual('iss, sub, gen and scp', [iss, sub, gen, scp], ['gatekeeper', HOLDER, generation, ['*']]);
      answer.must('aud', [aud].flat().includes(ORIGIN), { expected: ORIGIN, got: aud });
      const expiresIn = isJsonObject(answer.json) ? answer.json.expiresIn : undefined;
      answer.mustEqual('exp − iat', Number(exp) - Number(iat), expiresIn);
      answer.must('iat is now', Math.abs(Number(iat) - seconds()) <= 60, { expected: `about ${seconds()}`, got: iat });
      answer.must('jti', typeof jti === 'string' && /^[\w.~-]{16,64}$/.test(jti), {
        expected: '16 to 64 characters',
        got: jti,
      });
      answer.must('two grants are distinct', (await newGrant(grants)) !== `__Host-gatekeeper-grant=${token}`, {
        expected: 'another jti',
        got: jti,
      });
    },
  },
  {
    name: 'grants.enabled',
    promise: 'with its grant, a user overrides until the grant expires',
    section: '5',
    async run({ grants }) {
      const cookie = `${OVERRIDE_COOKIE}; ${await newGrant(grants)}`;
      const { answer, got } = await variantsOf(grants, cookie, HOLDER);
      answer.mustEqual('the variants of FLAG_A and FLAG_B', got, ['ON', 'TWO']);
      const { answer: manifest, overrides, cookie: described } = await overridesOf(grants, { user: HOLDER, cookie });
      const { state, expiresIn, applied } = overrides;
      manifest.mustEqual('state and applied', [state, [applied].flat().sort()], ['enabled', ['FLAG_A', 'FLAG_B']]);
      const isLeft = Number(expiresIn) > 0 && Number(expiresIn) <= 86_400;
      manifest.must('expiresIn', isLeft, { expected: '1 to 86400', got: expiresIn });
      manifest.must('the cookie does not outlive the grant', Number(described.maxAge) <= Number(expiresIn), {
        expected: `at most ${expiresIn}`,
        got: described.maxAge,
      });
    },
  },
  {
    name: 'grants.cookie-name',
    promise: 'with grants, only the cookie with the prefix __Host- is read',
    section: '1',
    async run({ grants }) {
      const cookie = `gatekeeper=${encodeOverrides(OVERRIDES)}; ${await newGrant(grants)}`;
      const { answer, got } = await variantsOf(grants, cookie, HOLDER);
      answer.mustEqual('the variants of FLAG_A and FLAG_B', got, ['OFF', 'ONE']);
    },
  },
  {
    name: 'grants.scope',
    promise: 'a scope covers the flags it names; other overrides are out of scope',
    section: '5',
    async run({ grants }) {
      const cookie = `${OVERRIDE_COOKIE}; ${await newGrant(grants, 'u_7')}`;
      const { answer, got } = await variantsOf(grants, cookie, 'u_7');
      answer.mustEqual('the variants of FLAG_A and FLAG_B', got, ['ON', 'ONE']);
      const { answer: manifest, overrides } = await overridesOf(grants, { user: 'u_7', cookie });
      const { applied, ignored } = overrides;
      const expected = [['FLAG_A'], [{ flag: 'FLAG_B', variant: 'TWO', code: 'out-of-scope' }]];
      manifest.mustEqual('applied and ignored', [applied, ignored], expected);
    },
  },
  {
    name: 'grants.no-scope',
    promise: 'a user without a scope gets no grant',
    section: '5',
    async run({ grants }) {
      const answer = await requestGrant(grants, { user: 'u_8', headers: OWN });
      answer.mustEqual('the cookies', answer.fields('set-cookie'), []);
      await mustLookUnknown(grants, PATH, { user: 'u_8', headers: OWN }, ['POST', 'DELETE']);
    },
  },
  {
    name: 'grants.bound',
    promise: 'a grant permits nothing to another user, nor without one',
    section: '5',
    async run({ grants }) {
      const cookie = `${OVERRIDE_COOKIE}; ${await newGrant(grants)}`;
      await forEach(['u_7', 'mallory', undefined], async (user) => {
        const { answer, got } = await variantsOf(grants, cookie, user);
        answer.mustEqual('the variants of FLAG_A and FLAG_B', got, ['OFF', 'ONE']);
      });
    },
  },
  {
    name: 'grants.unused',
    promise: 'a grant without overrides, or overrides without a grant, change no byte of a page',
    section: '6',
    async run({ grants }) {
      const path = '/conformance?flags=FLAG_A';
      const plain = await grants.ask(path, { user: HOLDER });
      await forEach(
        [await newGrant(grants), OVERRIDE_COOKIE, `${OVERRIDE_COOKIE}; __Host-gatekeeper-grant=a.b.c`],
        async (cookie) => {
          mustBeSame(
            'the response is the same as without cookies',
            await grants.ask(path, { user: HOLDER, cookie }),
            plain,
          );
        },
      );
    },
  },
  {
    name: 'grants.csrf-post',
    promise: 'only a POST that a page of the site sends on purpose issues a grant',
    section: '5',
    run: ({ grants }) => forEach(grantRequests(), (one) => checkGrantRequest(grants, 'POST', one)),
  },
  {
    name: 'grants.csrf-delete',
    promise: 'only a DELETE that a page of the site sends on purpose clears the cookies',
    section: '5',
    run: ({ grants }) => forEach(grantRequests(), (one) => checkGrantRequest(grants, 'DELETE', one)),
  },
  {
    name: 'grants.methods',
    promise: 'no other method changes anything',
    section: '5',
    run: ({ grants }) =>
      mustLookUnknown(grants, PATH, { user: HOLDER, headers: OWN }, ['GET', 'HEAD', 'PUT', 'PATCH', 'OPTIONS']),
  },
  {
    name: 'grants.origins',
    promise: 'a page of each configured origin may request a grant',
    section: '5',
    run: ({ grants }) =>
      forEach(origins, async (origin) => {
        const headers = [['Origin', origin], ...OWN.slice(1)] as Visitor['headers'] & {};
        const answer = await requestGrant(grants, { user: HOLDER, headers });
        answer.mustEqual(`the status for ${origin}`, answer.status, 200);
      }),
  },
  {
    name: 'grants.revoke',
    promise: 'DELETE clears both cookies, for users who could get a grant or have one',
    section: '5',
    async run({ grants }) {
      const grant = await newGrant(grants);
      const answer = await grants.ask(
        PATH,
        { user: HOLDER, cookie: grant, headers: OWN },
        { ...POST, method: 'DELETE' },
      );
      const lines = answer.fields('set-cookie').map(parseSetCookie);
      const cleared = lines.map(({ name, attributes }) => [
        name,
        attributes.includes('max-age=0') && attributes.includes('path=/'),
      ]);
      answer.mustEqual('the status', answer.status, 204);
      answer.mustEqual('the cleared cookies', cleared.sort(), [
        ['__Host-gatekeeper', true],
        ['__Host-gatekeeper-grant', true],
      ]);
      mustBePrivateDocument(answer);
      await mustLookUnknown(grants, PATH, { user: 'mallory', cookie: grant, headers: OWN }, ['DELETE']);
    },
  },
  ...TOKEN_CHECKS,
];

function decodeSegment(segment: string): unknown {
  return parseJson(Buffer.from(segment, 'base64url').toString());
}
