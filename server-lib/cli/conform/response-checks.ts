import { isJsonObject } from '../../wire/untrusted-json.ts';
import { FIXTURE, MANY, parseJson } from './fixture.ts';
import { MANIFEST_PATH, mustVaryByCookie } from './manifest-checks.ts';
import { INTRUDERS, POST } from './override-checks.ts';
import { type Answer, type Check, forEach, mustBeSame, type Sending, type Site, TESTER, type Visitor } from './site.ts';

/** A visitor whom the policy permits, with the override cookie. */
const overriding = (overrides: Readonly<Record<string, string>> = { FLAG_A: 'ON' }): Visitor => ({
  ...TESTER,
  overrides,
});

/** The acknowledgement's entries in `Server-Timing`. */
export function acknowledged(answer: Answer): readonly string[] {
  const entries = (answer.header('server-timing') ?? '').split(',').map((entry) => entry.trim());
  return entries.filter((entry) => /^gk(?:\.|;|$)/.test(entry));
}

function entry(flag: string, used: string): string {
  return `gk.${flag};desc="${used}"`;
}

/** Visitors whose responses must not name flags. */
const UNACKNOWLEDGED: readonly (Visitor & { readonly what: string })[] = [
  { what: 'a visitor' },
  { what: 'a tester without the cookie', ...TESTER },
  { what: 'a visitor with the cookie', overrides: { FLAG_A: 'ON' } },
  { what: 'a visitor with an empty cookie', overrides: {} },
  { what: 'a visitor whose policy is truthy', mayOverride: 'truthy', overrides: { FLAG_A: 'ON' } },
  {
    what: 'a tester with a cookie of another name',
    ...TESTER,
    cookie: 'Gatekeeper={}; gatekeeper2={}; xgatekeeper={}',
  },
];

export const ACKNOWLEDGE_CHECKS: readonly Check[] = [
  {
    name: 'acknowledge.entries',
    promise: 'each evaluated flag has an entry, in the order of evaluation; the application’s own entries stay',
    section: '4',
    async run({ policy }) {
      const visitor = { ...overriding({ FLAG_B: 'TWO' }), user: '7', attributes: { code: true } };
      const answer = await policy.ask('/page?flags=ORDER,FLAG_B,CODE_FAILS,FLAG_A,FLAG_B', visitor);
      answer.mustEqual('the entries', acknowledged(answer), [
        entry('ORDER', 'USER user'),
        entry('FLAG_B', 'TWO override'),
        entry('CODE_FAILS', 'OFF error'),
        entry('FLAG_A', 'OFF default'),
      ]);
      const all = (answer.header('server-timing') ?? '').split(',').map((one) => one.trim());
      const own = FIXTURE.pageHeaders['Server-Timing'] ?? '';
      answer.must('the application’s own entry stays', all.includes(own), { expected: own, got: all });
    },
  },
  {
    name: 'acknowledge.watch',
    promise: 'a cookie without an override that applies counts too',
    section: '4',
    async run({ policy }) {
      const cookies: readonly Visitor[] = [overriding({}), overriding({ GONE: 'ON' }), overriding({ FLAG_A: 'GONE' })];
      await forEach(cookies, async (visitor) => {
        const answer = await policy.ask('/conformance?flags=FLAG_A', visitor);
        answer.mustEqual('the entries', acknowledged(answer), [entry('FLAG_A', 'OFF default')]);
      });
    },
  },
  {
    name: 'acknowledge.strangers',
    promise: 'other visitors never get an entry',
    section: '4',
    async run({ policy, closed }) {
      await forEach(UNACKNOWLEDGED, async ({ what, ...visitor }) => {
        const answer = await policy.ask('/conformance?flags=FLAG_A', visitor);
        answer.mustEqual(`the entries for ${what}`, acknowledged(answer), []);
      });
      await forEach(INTRUDERS, async ({ what, ...visitor }) => {
        const answer = await closed.ask('/conformance?flags=FLAG_A', visitor);
        answer.mustEqual(`the entries in closed production, for a request ${what}`, acknowledged(answer), []);
      });
    },
  },
  {
    name: 'acknowledge.hidden',
    promise: 'no entry names or counts a hidden flag',
    section: '4',
    async run({ policy }) {
      const visitor = overriding({ HIDDEN: 'ON' });
      const answer = await policy.ask('/conformance?flags=HIDDEN,FLAG_A', visitor);
      answer.mustEqual('the entries', acknowledged(answer), [entry('FLAG_A', 'OFF default')]);
      const many = await policy.ask(`/conformance?flags=${MANY.join(',')},HIDDEN`, visitor);
      const without = await policy.ask(`/conformance?flags=${MANY.join(',')}`, visitor);
      many.mustEqual('the number of flags that did not fit', acknowledged(many).at(-1), acknowledged(without).at(-1));
    },
  },
  {
    name: 'acknowledge.limit',
    promise: 'the entries have at most 2,048 bytes, with the number of flags that did not fit',
    section: '4',
    async run({ policy }) {
      const answer = await policy.ask(`/conformance?flags=${MANY.join(',')}`, overriding({}));
      const entries = acknowledged(answer);
      const listed = MANY.slice(0, entries.length - 1).map((flag) => entry(flag, 'OFF default'));
      const count = `gk;desc="+${MANY.length - listed.length} more"`;
      answer.mustEqual('the entries: the first flags, and the number of the others', entries, [...listed, count]);
      const bytes = entries.join(', ').length;
      answer.must('the bytes of the entries', bytes <= 2_048 && bytes > 1_950, {
        expected: 'up to 2048, as many as fit',
        got: bytes,
      });
    },
  },
  {
    name: 'acknowledge.total',
    promise: 'all headers of a response with entries have at most 3,500 bytes',
    section: '4',
    async run({ policy }) {
      const flags = MANY.join(',');
      await forEach([0, 800, 1_600, 1_800, 2_000, 2_200, 2_400, 2_800, 3_400], async (padding) => {
        const answer = await policy.ask(`/page?flags=${flags}&padding=${padding}`, overriding({}));
        const { headBytes } = answer.response;
        const count = acknowledged(answer).length;
        const got = `${headBytes} bytes with ${count} entries`;
        const isWithin = count === 0 ? padding > 1_600 : headBytes <= 3_500;
        answer.must(`the size of the headers with ${padding} bytes of padding`, isWithin, {
          expected: 'at most 3500 bytes with entries',
          got,
        });
      });
    },
  },
  {
    name: 'acknowledge.private',
    promise: 'a response with an entry is private',
    section: '4',
    async run({ policy }) {
      mustBePrivate(await policy.ask('/page?flags=FLAG_A', overriding({})));
    },
  },
  {
    name: 'acknowledge.manifest',
    promise: 'the manifest’s own response has no entry',
    section: '3',
    needs: ['manifest'],
    async run({ policy, development }) {
      await forEach([policy, development], async (site) => {
        const answer = await site.ask(MANIFEST_PATH, overriding());
        answer.mustEqual('the status and the entries', [answer.status, acknowledged(answer)], [200, []]);
      });
    },
  },
  {
    name: 'acknowledge.development',
    promise: 'in development, every response has the entries',
    section: '4',
    async run({ development }) {
      const answer = await development.ask('/conformance?flags=FLAG_B,FLAG_A');
      const entries = [entry('FLAG_B', 'ONE default'), entry('FLAG_A', 'OFF default')];
      answer.mustEqual('the entries', acknowledged(answer), entries);
    },
  },
  {
    name: 'acknowledge.stream',
    promise: 'a streamed response names the flags that were evaluated before its headers were sent',
    section: '4',
    async run({ policy }) {
      const answer = await policy.ask('/stream?flags=FLAG_A&late=FLAG_B', overriding({ FLAG_A: 'ON', FLAG_B: 'TWO' }));
      answer.mustEqual('the status and the body', [answer.status, answer.text], [200, 'ON TWO']);
      answer.mustEqual('the entries', acknowledged(answer), [entry('FLAG_A', 'ON override')]);
    },
  },
  {
    name: 'acknowledge.in-page',
    promise: 'the page’s element has the same words, for the same requests',
    section: '4',
    async run({ policy, development }) {
      const path = '/in-page?flags=FLAG_A,HIDDEN,FLAG_B';
      const used = { FLAG_A: 'ON override', FLAG_B: 'ONE default' };
      const answer = await policy.ask(path, overriding({ FLAG_A: 'ON', HIDDEN: 'ON' }));
      answer.mustEqual('the element', usedInPage(answer), used);
      const inDevelopment = await development.ask(path);
      inDevelopment.mustEqual('the element in development', usedInPage(inDevelopment), {
        ...used,
        FLAG_A: 'OFF default',
      });
      await forEach(UNACKNOWLEDGED, async ({ what, ...visitor }) => {
        const other = await policy.ask(path, visitor);
        other.mustEqual(`the status and the element for ${what}`, [other.status, usedInPage(other)], [200, undefined]);
      });
    },
  },
];

/** The content of the element with the id `gatekeeper-used`. */
function usedInPage({ text }: Answer): unknown {
  const script =
    /<script\b(?=[^>]*\bid="?gatekeeper-used\b)(?=[^>]*\btype="?application\/json\b)[^>]*>([^<]*)<\/script>/i;
  const content = script.exec(text)?.[1];
  return content === undefined ? undefined : (parseJson(content) ?? content);
}

/** The headers of `/page` that a shared cache prefers to Cache-Control, or that let it revalidate. */
const REMOVED = Object.keys(FIXTURE.pageHeaders).filter(
  (name) => !['Cache-Control', 'Vary', 'Server-Timing', 'X-Own'].includes(name),
);
const VALIDATORS = ['ETag', 'Last-Modified'];

function presentOf(answer: Answer, names: readonly string[]): readonly string[] {
  return names.filter((name) => answer.header(name.toLowerCase()) !== undefined);
}

/** Checks that a response of `/page` is for its browser only. */
function mustBePrivate(answer: Answer): void {
  answer.mustEqual('Cache-Control', answer.header('cache-control'), 'private, no-store');
  mustVaryByCookie(answer);
  answer.mustEqual('the headers that a cache would prefer, which must be removed', presentOf(answer, REMOVED), []);
}

/** Checks that a response has the application's own headers. A framework may add fields to `Vary`. */
function mustBeUntouched(answer: Answer): void {
  const { Vary = '', ...headers } = FIXTURE.pageHeaders;
  const got = Object.keys(headers).map((name) => [name, answer.header(name.toLowerCase())]);
  answer.mustEqual('the application’s headers', got, Object.entries(headers));
  const vary = answer.header('vary') ?? '';
  const isOwn = vary.split(/, */).includes(Vary) && !/\bcookie\b/i.test(vary);
  answer.must('the application’s Vary', isOwn, { expected: Vary, got: vary });
}

async function visit(
  site: Site,
  path: string,
  visitor: Visitor,
  expected: readonly [status: number, text?: string],
  sending?: Sending,
): Promise<Answer> {
  const answer = await site.ask(path, visitor, sending);
  const got = expected.length === 1 ? [answer.status] : [answer.status, answer.text];
  answer.mustEqual('the status and the body', got, expected);
  return answer;
}

export const CACHE_CHECKS: readonly Check[] = [
  {
    name: 'caches.cache-control',
    promise: 'an overridden page is private, no-store, and varies by Cookie beside its own fields',
    section: '6',
    async run({ policy }) {
      const answer = await visit(policy, '/page?flags=FLAG_A', overriding(), [200, 'ON']);
      answer.mustEqual('Cache-Control', answer.header('cache-control'), 'private, no-store');
      mustVaryByCookie(answer);
      const fields = (answer.header('vary') ?? '').toLowerCase();
      answer.must('the application’s Vary stays', fields.includes('accept-encoding'), {
        expected: 'Accept-Encoding',
        got: fields,
      });
      answer.mustEqual('the application’s other headers stay', answer.header('x-own'), FIXTURE.pageHeaders['X-Own']);
    },
  },
  {
    name: 'caches.outranking',
    promise: 'every header that outranks Cache-Control for some cache is removed',
    section: '6',
    async run({ policy }) {
      const answer = await visit(policy, '/page?flags=FLAG_A', overriding(), [200, 'ON']);
      const names = REMOVED.filter((name) => !VALIDATORS.includes(name));
      answer.mustEqual('the headers that must be removed', presentOf(answer, names), []);
    },
  },
  {
    name: 'caches.validators',
    promise: 'ETag and Last-Modified are removed',
    section: '6',
    async run({ policy }) {
      const answer = await visit(policy, '/page?flags=FLAG_A', overriding(), [200, 'ON']);
      answer.mustEqual('the headers that must be removed', presentOf(answer, VALIDATORS), []);
    },
  },
  {
    name: 'caches.not-modified',
    promise: 'a tester never gets 304; a visitor does',
    section: '6',
    async run({ policy }) {
      const { ETag = '', 'Last-Modified': modified = '' } = FIXTURE.pageHeaders;
      const headers = [
        ['If-None-Match', ETag],
        ['If-Modified-Since', modified],
      ] as const;
      await visit(policy, '/page?flags=FLAG_A', { ...overriding(), headers }, [200, 'ON']);
      await visit(policy, '/page?flags=FLAG_A', { headers }, [304]);
      await visit(policy, '/page?flags=FLAG_A', { overrides: { FLAG_A: 'ON' }, headers }, [304]);
    },
  },
  {
    name: 'caches.visitors',
    promise: 'the response to a request that may not override is not changed, whatever its cookie',
    section: '6',
    async run({ policy, closed }) {
      const plain = await visit(policy, '/page?flags=FLAG_A', {}, [200, 'OFF']);
      mustBeUntouched(plain);
      const visitors: readonly Visitor[] = [
        { overrides: { FLAG_A: 'ON' } },
        { cookie: 'gatekeeper=%7Bbroken' },
        { mayOverride: 'truthy', overrides: {} },
      ];
      await forEach(visitors, async (visitor) => {
        const answer = await policy.ask('/page?flags=FLAG_A', visitor);
        mustBeSame('the response is the same as without the cookie', answer, plain);
      });
      mustBeUntouched(
        await visit(closed, '/page?flags=FLAG_A', { ...TESTER, overrides: { FLAG_A: 'ON' } }, [200, 'OFF']),
      );
    },
  },
  {
    name: 'caches.no-flag',
    promise: 'the response to a request that evaluates no flag is not changed',
    section: '6',
    async run({ policy }) {
      const answer = await visit(policy, '/page', overriding(), [200, '']);
      mustBeUntouched(answer);
      const headers = [['If-None-Match', FIXTURE.pageHeaders.ETag ?? '']] as const;
      await visit(policy, '/page', { ...overriding(), headers }, [304]);
    },
  },
  {
    name: 'caches.other-flag',
    promise: 'it does not matter which flag was evaluated, nor whether it is hidden',
    section: '6',
    async run({ policy }) {
      mustBePrivate(await visit(policy, '/page?flags=FLAG_B', overriding(), [200, 'ONE']));
      mustBePrivate(await visit(policy, '/page?flags=HIDDEN', overriding({ HIDDEN: 'ON' }), [200, 'ON']));
      mustBePrivate(await visit(policy, '/page?flags=FLAG_B', overriding({ HIDDEN: 'ON' }), [200, 'ONE']));
    },
  },
  {
    name: 'caches.head',
    promise: 'a HEAD request gets the headers of the page',
    section: '6',
    async run({ policy }) {
      mustBePrivate(await visit(policy, '/page?flags=FLAG_A', overriding(), [200, ''], { method: 'HEAD' }));
      mustBeUntouched(await visit(policy, '/page?flags=FLAG_A', {}, [200, ''], { method: 'HEAD' }));
    },
  },
  {
    name: 'caches.redirect',
    promise: 'an overridden redirect is private',
    section: '6',
    async run({ policy }) {
      const answer = await visit(policy, '/redirect?flags=FLAG_A', overriding(), [302]);
      mustBePrivate(answer);
      answer.must('the redirect has a Location', answer.header('location') !== undefined, {
        expected: 'a Location',
        got: undefined,
      });
      mustBeUntouched(await visit(policy, '/redirect?flags=FLAG_A', {}, [302]));
    },
  },
  {
    name: 'caches.error',
    promise: 'an overridden error page is private',
    section: '6',
    async run({ policy }) {
      mustBePrivate(await visit(policy, '/error?flags=FLAG_A', overriding(), [500]));
    },
  },
  {
    name: 'caches.stream',
    promise: 'an overridden stream is private',
    section: '6',
    async run({ policy }) {
      mustBePrivate(
        await visit(policy, '/stream?flags=FLAG_A&late=FLAG_B', overriding({ FLAG_B: 'TWO' }), [200, 'OFF TWO']),
      );
      mustBeUntouched(await visit(policy, '/stream?flags=FLAG_A&late=FLAG_B', {}, [200, 'OFF ONE']));
    },
  },
  {
    name: 'caches.set-cookie',
    promise: 'a response that sets or removes an override is private',
    section: '6',
    needs: ['overrides.set-cookie'],
    async run({ policy }) {
      await forEach(['ON', ''], async (variant) => {
        const visitor = variant === '' ? overriding() : TESTER;
        const answer = await policy.ask(`/override?flag=FLAG_A&variant=${variant}`, visitor, POST);
        answer.mustEqual('the response', isJsonObject(answer.json) && answer.json.set, true);
        answer.mustEqual('Cache-Control', answer.header('cache-control'), 'private, no-store');
        mustVaryByCookie(answer);
      });
    },
  },
];
