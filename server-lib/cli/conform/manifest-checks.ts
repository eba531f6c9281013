import { isDeepStrictEqual } from 'node:util';
import { encodeOverrides } from '../../wire/override-cookie.ts';
import { parseManifest } from '../../wire/read-manifest.ts';
import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import { FIXTURE } from './fixture.ts';
import { INTRUDERS, isDeep, isRefused, POST } from './override-checks.ts';
import { type Answer, type Check, forEach, mustBeSame, type Sending, type Site, TESTER, type Visitor } from './site.ts';
import { COOKIE_ROWS, type CookieRow, expandText } from './vectors.ts';

export const MANIFEST_PATH = '/.well-known/gatekeeper.json';

/** The headers of a private document of the protocol (section 3), sorted. */
const PRIVATE_HEADERS = [
  ['cache-control', 'private, no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
] as const;

/** Checks the headers of the manifest and of a new grant. */
export function mustBePrivateDocument(answer: Answer): void {
  const names = PRIVATE_HEADERS.map(([name]) => name);
  answer.mustEqual(
    'the headers',
    names.map((name) => [name, answer.header(name)]),
    PRIVATE_HEADERS,
  );
  mustVaryByCookie(answer);
  const cors = answer.response.headers
    .map(([name]) => name.toLowerCase())
    .filter((name) => name.startsWith('access-control-'));
  answer.mustEqual('there is no CORS header', cors, []);
}

/** Checks that `Vary` names `Cookie`. */
export function mustVaryByCookie(answer: Answer): void {
  const vary = answer.header('vary');
  const fields = (vary ?? '').split(',').map((one) => one.trim().toLowerCase());
  answer.must('Vary names Cookie', fields.includes('cookie') || vary === '*', { expected: 'Vary: Cookie', got: vary });
}

/** The manifest for a visitor, which must be one. */
export async function manifestOf(
  site: Site,
  visitor: Visitor,
): Promise<{ readonly answer: Answer; readonly manifest: JsonObject }> {
  const answer = await site.ask(MANIFEST_PATH, visitor);
  const { json } = answer;
  const isManifest = answer.status === 200 && isJsonObject(json) && ownField(json, 'gatekeeper') === 1;
  answer.must('responds with a manifest', isManifest, {
    expected: 'status 200 and {"gatekeeper": 1, …}',
    got: `status ${answer.status} and ${answer.text.slice(0, 500)}`,
  });
  return { answer, manifest: json as JsonObject };
}

function objectField(object: JsonObject, key: string): JsonObject {
  const value = ownField(object, key);
  return isJsonObject(value) ? value : {};
}

/** The listed flags by name. */
function flagsOf(manifest: JsonObject): ReadonlyMap<unknown, JsonObject> {
  const flags = ownField(manifest, 'flags');
  return new Map(
    (Array.isArray(flags) ? flags : []).filter(isJsonObject).map((flag) => [ownField(flag, 'name'), flag]),
  );
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Checks that a path looks like one that does not exist: the same status, headers and body. The unknown path has the same
 * length.
 */
export async function mustLookUnknown(
  site: Site,
  path: string,
  visitor: Visitor,
  methods: readonly string[] = METHODS,
): Promise<void> {
  await forEach(methods, async (method) => {
    const sending: Sending = method === 'GET' || method === 'HEAD' ? { method } : { ...POST, method };
    const unknown = await site.ask(path.replace('gatekeeper', UNKNOWN), visitor, sending);
    const answer = await site.ask(path, visitor, sending);
    mustBeSame(`${method} ${path} gets the response to an unknown path`, answer, unknown, (line) =>
      line.replaceAll(UNKNOWN, 'gatekeeper'),
    );
  });
}

const UNKNOWN = 'neverthere';

/** The fields that people read, which a manifest must repeat. */
const DESCRIPTIVE = ['description', 'owner', 'tags', 'url', 'createdAt', 'expiresAt'];

/** Visitors whom the policy does not permit to override. */
const STRANGERS: readonly Visitor[] = [
  {},
  { overrides: { FLAG_A: 'ON' } },
  { mayOverride: 'truthy', user: '7', overrides: { FLAG_A: 'ON' } },
  { mayOverride: 'flag', overrides: { FLAG_A: 'ON' } },
];

async function checkIgnored({ policy }: { readonly policy: Site }, row: CookieRow): Promise<void> {
  const header = expandText(row.header);
  const answer = await policy.ask(MANIFEST_PATH, { ...TESTER, cookie: header });
  if (isRefused(header, answer)) return;
  const overrides = isJsonObject(answer.json) ? objectField(answer.json, 'overrides') : {};
  const { applied, ignored, problem } = overrides;
  const got = { applied: sorted(applied), ignored: sorted(ignored), problem };
  const expected = {
    applied: Object.keys(row.applies ?? {}).sort(),
    ignored: sorted(row.ignored ?? []),
    problem: row.problem,
  };
  if (isDeep(header) && isDeepStrictEqual(got, { applied: [], ignored: [], problem: 'malformed' })) return;
  answer.mustEqual(`the manifest’s overrides: ${row.title}`, got, expected);
}

// In any order, and without the order of the fields of an entry.
function sorted(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  const texts = list.map((one) => (isJsonObject(one) ? JSON.stringify(Object.entries(one).sort()) : String(one)));
  return texts.sort();
}

export const MANIFEST_CHECKS: readonly Check[] = [
  {
    name: 'manifest.headers',
    promise: 'the manifest has the headers of the protocol, and none of CORS',
    section: '3',
    async run({ policy }) {
      const { answer } = await manifestOf(policy, TESTER);
      const type = answer.header('content-type')?.toLowerCase().replaceAll(' ', '');
      answer.mustEqual('the media type', type, 'application/json;charset=utf-8');
      mustBePrivateDocument(answer);
      const head = await policy.ask(MANIFEST_PATH, TESTER, { method: 'HEAD' });
      mustBePrivateDocument(head);
      head.mustEqual('a HEAD request gets no body', [head.status, head.text], [200, '']);
    },
  },
  {
    name: 'manifest.document',
    promise: 'every field of the manifest has the type of the schema, and a client drops nothing',
    section: '3',
    async run({ policy }) {
      const { answer, manifest } = await manifestOf(policy, {
        ...TESTER,
        user: '7',
        overrides: { FLAG_A: 'ON', GONE: 'ON' },
      });
      const parsed = parseManifest(answer.text);
      const dropped = parsed.kind === 'manifest' ? parsed.dropped : parsed.problem.kind;
      answer.mustEqual('the number of entries that a client drops', dropped, 0);
      for (const field of ['app', 'environment', 'revision']) {
        const value = ownField(manifest, field);
        answer.must(`${field} is a string`, value === undefined || typeof value === 'string', {
          expected: 'a string',
          got: value,
        });
      }
      const { maxBytes = 4_096, state } = objectField(manifest, 'overrides');
      answer.mustEqual('overrides.state', state, 'enabled');
      const isLimit = Number.isInteger(maxBytes) && Number(maxBytes) > 0 && Number(maxBytes) <= 4_096;
      answer.must('overrides.maxBytes is a limit', isLimit, { expected: '1 to 4096', got: maxBytes });
      const { name, path, sameSite, secure, maxAge } = objectField(manifest, 'cookie');
      const expected = { name: 'gatekeeper', path: '/', sameSite: 'Lax', secure: false, maxAge: 604_800 };
      answer.mustEqual('cookie', { name, path, sameSite, secure, maxAge }, expected);
    },
  },
  {
    name: 'manifest.flags',
    promise: 'the manifest lists each flag with its variants, its default and its description',
    section: '3',
    async run({ policy }) {
      const { answer, manifest } = await manifestOf(policy, TESTER);
      const listed = flagsOf(manifest);
      const expected = Object.entries(FIXTURE.flags).filter(([, flag]) => flag.hidden !== true);
      const unknown = [...listed.keys()].filter((name) => !Object.hasOwn(FIXTURE.flags, String(name)));
      answer.mustEqual('the names that are not flags of the fixture', unknown, []);
      for (const [name, flag] of expected) {
        const entry = listed.get(name) ?? {};
        const fields = ['variants', 'default', 'overridable', ...DESCRIPTIVE];
        const got = Object.fromEntries(fields.map((field) => [field, ownField(entry, field)]));
        answer.mustEqual(`the flag ${name}`, got, {
          ...Object.fromEntries(fields.map((field) => [field, flag[field]])),
          overridable: flag.overridable !== false,
        });
      }
    },
  },
  {
    name: 'manifest.hidden',
    promise: 'the manifest names no hidden flag, not even in overrides and scenarios',
    section: '3',
    async run({ policy }) {
      const cookies: readonly Record<string, string>[] = [
        {},
        { HIDDEN: 'ON' },
        { HIDDEN: 'NOWHERE' },
        { HIDDEN: 'ON', FLAG_A: 'ON' },
      ];
      await forEach(cookies, async (overrides) => {
        const { answer } = await manifestOf(policy, { ...TESTER, overrides });
        answer.mustEqual('the manifest contains the name HIDDEN', answer.text.includes('HIDDEN'), false);
      });
    },
  },
  {
    name: 'manifest.scenarios',
    promise: 'scenarios, if there are any, are those of the fixture without hidden flags',
    section: '3',
    async run({ policy }) {
      const { answer, manifest } = await manifestOf(policy, TESTER);
      const scenarios = ownField(manifest, 'scenarios');
      const isAbsent = scenarios === undefined || (Array.isArray(scenarios) && scenarios.length === 0);
      if (!isAbsent) answer.mustEqual('the scenarios', scenarios, FIXTURE.scenarios.slice(0, 1));
    },
  },
  {
    name: 'manifest.evaluations',
    promise: 'current, source and withoutOverride are those of the request that fetches the manifest',
    section: '3',
    async run({ policy }) {
      const rows: readonly (readonly [Visitor, string, string, string, string])[] = [
        [{}, 'FLAG_A', 'OFF', 'default', 'OFF'],
        [{ overrides: { FLAG_A: 'ON' } }, 'FLAG_A', 'ON', 'override', 'OFF'],
        [{ overrides: { FLAG_A: 'OFF' } }, 'FLAG_A', 'OFF', 'override', 'OFF'],
        [{ overrides: { LOCKED: 'ON' } }, 'LOCKED', 'OFF', 'default', 'OFF'],
        [{ user: '7' }, 'ORDER', 'USER', 'user', 'USER'],
        [{ user: '7', overrides: { ORDER: 'OVERRIDE' } }, 'ORDER', 'OVERRIDE', 'override', 'USER'],
        [{ attributes: { code: true } }, 'ORDER', 'CODE', 'code', 'CODE'],
        [{}, 'CODE_FAILS', 'OFF', 'error', 'OFF'],
      ];
      await forEach(rows, async ([visitor, flag, ...expected]) => {
        const { answer, manifest } = await manifestOf(policy, { ...TESTER, ...visitor });
        const { current, source, withoutOverride } = flagsOf(manifest).get(flag) ?? {};
        answer.mustEqual(
          `current, source and withoutOverride of ${flag}`,
          [current, source, withoutOverride],
          expected,
        );
      });
    },
  },
  {
    name: 'manifest.overrides',
    promise: 'applied, ignored and problem say what became of the cookie',
    section: '1',
    run: (sites) => forEach(Object.values(COOKIE_ROWS).flat(), (row) => checkIgnored(sites, row)),
  },
  {
    name: 'manifest.query',
    promise: 'a query does not matter, and sets no override',
    section: '1',
    async run({ policy }) {
      const path = `${MANIFEST_PATH}?gatekeeper=${encodeOverrides({ FLAG_A: 'ON' })}`;
      const answer = await policy.ask(path, TESTER);
      const current = isJsonObject(answer.json) ? flagsOf(answer.json).get('FLAG_A')?.current : undefined;
      answer.mustEqual('the status and the variant of FLAG_A', [answer.status, current], [200, 'OFF']);
    },
  },
  {
    name: 'manifest.methods',
    promise: 'only GET and HEAD get the manifest; other methods get the response to an unknown path',
    section: '3',
    async run({ policy }) {
      await mustLookUnknown(policy, MANIFEST_PATH, TESTER, METHODS.slice(2));
    },
  },
  {
    name: 'manifest.refused',
    promise: 'a request that may not override gets the response to an unknown path, with every method',
    section: '3',
    run: ({ policy }) => forEach(STRANGERS, (visitor) => mustLookUnknown(policy, MANIFEST_PATH, visitor)),
  },
  {
    name: 'manifest.closed',
    promise: 'in production with nothing configured, neither the manifest nor the grant has a route',
    section: '5',
    run: ({ closed }) =>
      forEach(INTRUDERS, async ({ what: _, ...visitor }) => {
        await mustLookUnknown(closed, MANIFEST_PATH, visitor);
        await mustLookUnknown(closed, FIXTURE.grants.path, visitor);
      }),
  },
  {
    name: 'manifest.development',
    promise: 'in development, every request gets the manifest',
    section: '5',
    async run({ development }) {
      const { answer, manifest } = await manifestOf(development, {});
      answer.mustEqual('overrides.state', objectField(manifest, 'overrides').state, 'enabled');
    },
  },
];
