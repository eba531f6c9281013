import murmurhash from 'murmurhash';
import { referenceReading } from '../helpers/protocol/reference-codec.ts';
import { Model, type Overrides, type Reply } from './model/model.ts';

/** A back end with one mistake, and the checks that must find it. */
export interface WrongBackEnd {
  readonly title: string;
  /** The methods of the model that are wrong. */
  readonly change: Partial<Model> & ThisType<Model>;
  /** Exactly these checks fail. */
  readonly fails: readonly string[];
}

const right = Model.prototype;
const ON: Overrides = { applied: new Map([['FLAG_A', 'ON']]), ignored: [], problem: undefined, isPresent: false };

/** The variant of a rollout of four equal weights, with another hash of the key. */
function bucketOf(bytes: Uint8Array): string {
  return ['A', 'B', 'C', 'D'][(Number((BigInt(murmurhash.v3(bytes, 0)) * 100n) >> 32n) / 25) | 0] ?? '';
}

function withoutHeader({ headers, ...reply }: Reply, name: string): Reply {
  return { ...reply, headers: headers.filter(([one]) => one !== name) };
}

function header(reply: Reply | undefined, name: string): string | undefined {
  return reply?.headers.find(([one]) => one === name)?.[1];
}

/** All the checks of private pages. */
const PRIVATE_PAGES = [
  'caches.head',
  'caches.other-flag',
  'caches.redirect',
  'caches.error',
  'caches.stream',
  'acknowledge.private',
];

export const WRONG_BACK_ENDS: readonly WrongBackEnd[] = [
  // Reading the cookie
  {
    title: 'splits the Cookie header on commas too',
    change: {
      readCookie(text) {
        return referenceReading(text.replaceAll(', ', '; '), this.cookieName);
      },
    },
    fails: ['overrides.cookie-split', 'overrides.cookie-json', 'manifest.overrides'],
  },
  {
    title: 'percent-decodes twice',
    change: {
      readCookie(text) {
        const once = right.readCookie.call(this, text);
        return once.kind === 'unreadable' ? right.readCookie.call(this, text.replaceAll('%25', '%')) : once;
      },
    },
    fails: ['overrides.cookie-encoding', 'manifest.overrides'],
  },
  {
    title: 'reads the last of two cookies',
    change: {
      readCookie(text) {
        return right.readCookie.call(this, text.split(';').reverse().join(';'));
      },
    },
    fails: ['overrides.cookie-duplicate', 'overrides.cookie-size', 'manifest.overrides', 'grants.token-good'],
  },
  {
    title: 'joins Cookie fields by a comma',
    change: {
      cookieHeader: ({ request: { rawHeaders } }) =>
        rawHeaders.filter((_, at) => at % 2 === 1 && /^cookie$/i.test(rawHeaders[at - 1] ?? '')).join(', '),
    },
    fails: ['overrides.cookie-fields'],
  },
  {
    title: 'reads overrides from the query',
    change: {
      resolveOverrides(visit) {
        return visit.url.searchParams.has('gatekeeper') && this.permission(visit)
          ? ON
          : right.resolveOverrides.call(this, visit);
      },
    },
    fails: ['overrides.carriers', 'manifest.query'],
  },
  {
    title: 'sets an override on a GET request',
    change: {
      respondWithPage(visit, pathname) {
        return pathname === '/override' ? this.setOverride(visit) : right.respondWithPage.call(this, visit, pathname);
      },
    },
    fails: ['overrides.carriers'],
  },
  {
    title: 'writes the cookie with HttpOnly',
    change: {
      overrideCookie(applied) {
        return `${right.overrideCookie.call(this, applied)}; HttpOnly`;
      },
    },
    fails: ['overrides.set-cookie'],
  },

  // Who may override
  {
    title: 'trusts the cookie in production',
    change: {
      resolveOverrides(visit) {
        if (this.site !== 'closed') return right.resolveOverrides.call(this, visit);
        const { applied } = right.resolveOverrides.call(new Model('development'), visit);
        return { ...ON, applied };
      },
    },
    fails: ['overrides.closed', 'caches.visitors'],
  },
  {
    title: 'accepts a truthy policy',
    change: {
      policyPermits(visit) {
        return visit.header('x-may-override') === 'truthy' || right.policyPermits.call(this, visit);
      },
    },
    fails: [
      'overrides.permission',
      'overrides.set-refused',
      'manifest.refused',
      'acknowledge.strangers',
      'acknowledge.in-page',
      'caches.visitors',
    ],
  },
  {
    title: 'lets an override grant its own permission',
    change: {
      policyPermits(visit) {
        const isFlag = visit.header('x-may-override') === 'flag';
        return isFlag ? this.cookieHeader(visit).includes('FLAG_A') : right.policyPermits.call(this, visit);
      },
    },
    fails: ['overrides.permission', 'manifest.refused'],
  },

  // Evaluation
  {
    title: 'ignores the precedence of overrides over rules',
    change: {
      get sources() {
        return ['fromRule', 'fromOverride', 'fromUsers', 'fromCode'] as const;
      },
    },
    fails: ['overrides.precedence', 'rules.order', 'rules.override', 'values.code', 'values.rules'],
  },
  {
    title: 'decides by code before the rule',
    change: {
      get sources() {
        return ['fromOverride', 'fromUsers', 'fromCode', 'fromRule'] as const;
      },
    },
    fails: ['rules.order', 'rules.disabled'],
  },
  {
    title: 'compares ids of users as numbers',
    change: { isSameUser: (id, user) => (typeof id === 'number' ? Number(user) === id : id === user) },
    fails: ['users.list'],
  },
  {
    title: 'evaluates a flag again in the same request',
    change: {
      evaluate(visit, name, overrides) {
        visit.evaluations.delete(name);
        return right.evaluate.call(this, visit, name, overrides);
      },
    },
    fails: ['users.pinned', 'acknowledge.entries'],
  },
  {
    title: 'reads the user of every request, so that an unreadable one fails every flag',
    change: {
      fromUsers(context) {
        context.userOf();
        return right.fromUsers.call(this, context);
      },
    },
    fails: ['users.unreadable'],
  },
  {
    title: 'lets a failing function end the request',
    change: {
      respond(visit) {
        const isFailing = visit.parameter('flags').includes('CODE_FAILS');
        return isFailing ? { status: 500, headers: [], body: 'failed' } : right.respond.call(this, visit);
      },
    },
    fails: ['users.failure', 'acknowledge.entries'],
  },
  {
    title: 'buckets the UTF-16 code units of the user',
    change: {
      evaluateRule(context) {
        const user = context.name === 'ROLLOUT' ? context.userOf() : undefined;
        if (user === undefined || /^[\x20-\x7e]*$/.test(user)) return right.evaluateRule.call(this, context);
        return { variant: bucketOf(Buffer.from(`ROLLOUT${user}`, 'utf16le')), reason: 'SPLIT' };
      },
    },
    fails: ['rules.buckets'],
  },
  {
    title: 'rolls out to requests without a user',
    change: {
      evaluateRule(context) {
        if (context.name !== 'ROLLOUT' || context.userOf() !== undefined) return right.evaluateRule.call(this, context);
        return { variant: bucketOf(Buffer.from('ROLLOUTundefined')), reason: 'SPLIT' };
      },
    },
    fails: ['rules.no-user'],
  },
  {
    title: 'lets an attribute replace the targeting key',
    change: {
      evaluateRule(context) {
        const { targetingKey } = context.attributes;
        const userOf = typeof targetingKey === 'string' ? () => targetingKey : context.userOf;
        return right.evaluateRule.call(this, { ...context, userOf });
      },
    },
    fails: ['rules.no-user', 'rules.reserved'],
  },
  {
    title: 'gives the name of a variant as its value',
    change: { valueOf: (_name, variant) => variant },
    fails: ['values.code', 'values.rules'],
  },

  // The manifest
  {
    title: 'lists a hidden flag in the manifest',
    change: {
      manifest(visit) {
        const { flags, ...rest } = right.manifest.call(this, visit) as { readonly flags: readonly object[] };
        return { ...rest, flags: [...flags, this.describeFlag(visit, 'HIDDEN')] };
      },
    },
    fails: ['manifest.hidden'],
  },
  {
    title: 'refuses the manifest with 403',
    change: {
      respondWithManifest(visit) {
        const reply = right.respondWithManifest.call(this, visit);
        return reply ?? (this.site === 'policy' ? { status: 403, headers: [], body: 'forbidden' } : undefined);
      },
    },
    fails: ['manifest.refused'],
  },
  {
    title: 'allows CORS for the manifest',
    change: {
      respondWithManifest(visit) {
        const reply = right.respondWithManifest.call(this, visit);
        const headers = [...(reply?.headers ?? []), ['Access-Control-Allow-Origin', '*'] as const];
        return reply && this.site === 'policy' ? { ...reply, headers } : reply;
      },
    },
    fails: ['manifest.headers'],
  },
  {
    title: 'describes flags without the user of the request',
    change: {
      describeFlag(visit, name) {
        const anonymous = Object.create(visit, { user: { value: undefined } });
        return right.describeFlag.call(this, anonymous, name);
      },
    },
    fails: ['manifest.evaluations'],
  },

  // What a page used
  {
    title: 'acknowledges strangers',
    change: {
      isAcknowledged(visit) {
        return this.site === 'policy' && this.cookieHeader(visit).includes('gatekeeper=')
          ? true
          : right.isAcknowledged.call(this, visit);
      },
    },
    fails: ['acknowledge.strangers', 'acknowledge.in-page', 'caches.visitors'],
  },
  {
    title: 'names a hidden flag in Server-Timing',
    change: {
      entries(visit, room) {
        return right.entries.call({ ...this, listed: () => [...visit.evaluations.values()] } as never, visit, room);
      },
    },
    fails: ['acknowledge.hidden'],
  },
  {
    title: 'does not acknowledge a cookie without overrides',
    change: {
      isAcknowledged(visit) {
        return (
          right.isAcknowledged.call(this, visit) &&
          (this.site === 'development' || this.overridesOf(visit).applied.size > 0)
        );
      },
    },
    fails: ['acknowledge.watch', 'acknowledge.limit', 'acknowledge.total', 'acknowledge.private'],
  },
  {
    title: 'lists flags without a limit',
    change: {
      entries(visit) {
        return this.listed(visit).map(({ flag, variant, source }) => `gk.${flag};desc="${variant} ${source}"`);
      },
    },
    fails: ['acknowledge.limit', 'acknowledge.total'],
  },
  {
    title: 'ignores the size of the other headers',
    change: { headerBytes: () => 0 },
    fails: ['acknowledge.total'],
  },

  // Caches
  {
    title: 'lets caches store an overridden page',
    change: { preventCaching: (headers) => headers },
    fails: ['caches.cache-control', 'caches.outranking', 'caches.validators', 'caches.set-cookie', ...PRIVATE_PAGES],
  },
  {
    title: 'keeps a header that outranks Cache-Control',
    change: { isRemoved: (name) => name !== 'X-Accel-Expires' && right.isRemoved(name) },
    fails: ['caches.outranking', ...PRIVATE_PAGES],
  },
  {
    title: 'keeps the ETag of the application',
    change: { isRemoved: (name) => name !== 'ETag' && right.isRemoved(name) },
    fails: ['caches.validators', ...PRIVATE_PAGES],
  },
  {
    title: 'replaces Vary',
    change: {
      preventCaching(headers) {
        const reply: Reply = { status: 200, headers, body: '' };
        return right.preventCaching.call(this, withoutHeader(reply, 'Vary').headers);
      },
    },
    fails: ['caches.cache-control'],
  },
  {
    title: 'responds with 304 to a tester',
    change: { condition: (visit) => visit.header('if-none-match') },
    fails: ['caches.not-modified'],
  },
  {
    title: 'makes every page of a tester private',
    change: {
      isOverridden(visit) {
        return this.overridesOf(visit).applied.size > 0;
      },
    },
    fails: ['caches.no-flag'],
  },
  {
    title: 'lets caches store an error page',
    change: {
      finish(visit, reply) {
        return reply.status === 500 ? reply : right.finish.call(this, visit, reply);
      },
    },
    fails: ['caches.error'],
  },
  {
    title: 'adds Vary: Cookie for every visitor',
    change: {
      finish(visit, reply) {
        const finished = right.finish.call(this, visit, reply);
        const isPublic = header(finished, 'Cache-Control')?.startsWith('public');
        return isPublic ? { ...finished, headers: [...finished.headers, ['Vary', 'Cookie']] } : finished;
      },
    },
    fails: ['caches.visitors', 'caches.no-flag', 'caches.head', 'caches.redirect', 'caches.stream'],
  },

  // Grants
  {
    title: 'accepts a grant with the algorithm none',
    change: {
      refusingStep(token, user) {
        const head = Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString();
        return /"alg":"none"/.test(head) ? undefined : right.refusingStep.call(this, token, user);
      },
    },
    fails: ['grants.token-header'],
  },
  {
    title: 'does not check the audience of a grant',
    change: {
      refusingStep(token, user) {
        const step = right.refusingStep.call(this, token, user);
        const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
        return step === 6 && claims.startsWith('{"iss":"gatekeeper"') ? undefined : step;
      },
    },
    fails: ['grants.token-audience'],
  },
  {
    title: 'accepts the grant of another user',
    change: {
      refusingStep(token, user) {
        const step = right.refusingStep.call(this, token, user);
        return step === 8 ? right.refusingStep.call(this, token, 'u_42') : step;
      },
    },
    fails: ['grants.bound', 'grants.revoke', 'grants.token-person'],
  },
  {
    title: 'ignores the scope of a grant',
    change: {
      grantOf(visit) {
        return (
          right.grantOf.call(this, visit) && { scope: '*' as const, expiresAt: Math.floor(Date.now() / 1_000) + 600 }
        );
      },
    },
    fails: ['grants.scope', 'grants.token-good'],
  },
  {
    title: 'issues a grant to another site’s form',
    change: {
      isOwnRequest(visit) {
        return (
          right.isOwnRequest.call(this, visit) ||
          (visit.header('x-gatekeeper') === undefined && visit.request.method === 'POST')
        );
      },
    },
    fails: ['grants.csrf-post'],
  },
  {
    title: 'issues a grant to a user without a scope',
    change: {
      scopeOf(visit) {
        return visit.user === 'u_8' ? '*' : right.scopeOf.call(this, visit);
      },
    },
    fails: ['grants.no-scope'],
  },
  {
    title: 'reads the override cookie without the prefix although it has grants',
    change: {
      readCookie(text) {
        return right.readCookie.call(
          this,
          this.site === 'grants' ? text.replace(/^gatekeeper=/, '__Host-gatekeeper=') : text,
        );
      },
    },
    fails: ['grants.cookie-name'],
  },
  {
    title: 'clears only the grant',
    change: {
      respondToGrant(visit) {
        const reply = right.respondToGrant.call(this, visit);
        if (reply?.status !== 204) return reply;
        return { ...reply, headers: reply.headers.filter(([, value]) => !value.startsWith('__Host-gatekeeper=')) };
      },
    },
    fails: ['grants.revoke'],
  },
];
