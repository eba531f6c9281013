import { referenceReading } from '../../helpers/protocol/reference-codec.ts';
import { Model, type Overrides } from '../model/model.ts';
import type { WrongBackEnd } from './wrong-back-end.ts';

const right = Model.prototype;
const ON: Overrides = { applied: new Map([['FLAG_A', 'ON']]), ignored: [], problem: undefined, isPresent: false };

/** Back ends that read the override cookie wrongly, or let the wrong requests override. */
export const WRONG_COOKIES: readonly WrongBackEnd[] = [
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

  {
    title: 'searches the header for the name',
    change: {
      readCookie(text) {
        const at = text.indexOf('gatekeeper=');
        return right.readCookie.call(this, at === -1 || this.site === 'grants' ? text : text.slice(at));
      },
    },
    fails: [
      'overrides.cookie-carrier',
      'overrides.cookie-duplicate',
      'overrides.cookie-name',
      'overrides.cookie-split',
      'manifest.overrides',
      'acknowledge.strangers',
      'acknowledge.in-page',
    ],
  },
  {
    title: 'does not know the prefix of Express',
    change: {
      readCookie(text) {
        return right.readCookie.call(this, text.replaceAll('=j:', '=k:').replaceAll('=j%3A', '=k%3A'));
      },
    },
    fails: ['overrides.cookie-express', 'overrides.cookie-size', 'manifest.overrides'],
  },
  {
    title: 'reads the first 20 cookies',
    change: {
      readCookie(text) {
        return right.readCookie.call(this, text.split(';').slice(0, 20).join(';'));
      },
    },
    fails: ['overrides.cookie-flood', 'manifest.overrides'],
  },
  {
    title: 'compares the name without its case',
    change: {
      readCookie(text) {
        return right.readCookie.call(this, text.replace(/gatekeeper=/gi, 'gatekeeper='));
      },
    },
    fails: [
      'overrides.cookie-duplicate',
      'overrides.cookie-name',
      'manifest.overrides',
      'acknowledge.strangers',
      'acknowledge.in-page',
    ],
  },
  {
    title: 'removes every quote around the value',
    change: {
      readCookie(text) {
        return right.readCookie.call(this, text.replace(/="+(.*?)"+(?=;|$)/g, '=$1'));
      },
    },
    fails: [
      'overrides.cookie-quoting',
      'overrides.cookie-size',
      'overrides.cookie-split',
      'overrides.cookie-nesting',
      'manifest.overrides',
    ],
  },
  {
    title: 'replaces bytes that are not UTF-8',
    change: {
      readCookie(text) {
        return right.readCookie.call(this, Buffer.from(Buffer.from(text, 'latin1').toString()).toString('latin1'));
      },
    },
    fails: ['overrides.cookie-bytes', 'manifest.overrides'],
  },
  {
    title: 'removes the escapes of a value before it looks for a variant',
    change: {
      ignoredCode(name, variant, permission) {
        const isMarked = typeof variant === 'string' && /^ON\b/.test(variant);
        return right.ignoredCode.call(this, name, isMarked ? 'ON' : variant, permission);
      },
    },
    fails: [
      'overrides.cookie-encoding',
      'overrides.cookie-inject',
      'overrides.cookie-json',
      'overrides.cookie-type',
      'manifest.overrides',
    ],
  },
  {
    title: 'overrides a locked flag',
    change: {
      ignoredCode(name, variant, permission) {
        return right.ignoredCode.call(this, name === 'LOCKED' ? 'FLAG_A' : name, variant, permission);
      },
    },
    fails: [
      'overrides.cookie-locked',
      'overrides.cookie-partial',
      'overrides.set-refused',
      'manifest.evaluations',
      'manifest.overrides',
    ],
  },
  {
    title: 'fails with a deeply nested value',
    change: {
      respond(visit) {
        const depth = this.cookieHeader(visit).split(/[[{]/).length;
        if (depth > 40) throw new RangeError('too deep');
        return right.respond.call(this, visit);
      },
    },
    fails: ['overrides.cookie-size', 'overrides.cookie-nesting', 'manifest.overrides'],
  },
  {
    title: 'ignores all entries of a cookie with an invalid one',
    change: {
      resolveOverrides(visit) {
        const overrides = right.resolveOverrides.call(this, visit);
        return overrides.ignored.length === 0 ? overrides : { ...overrides, applied: new Map() };
      },
    },
    fails: [
      'overrides.cookie-duplicate',
      'overrides.cookie-size',
      'overrides.cookie-bytes',
      'overrides.cookie-encoding',
      'overrides.cookie-inject',
      'overrides.cookie-json',
      'overrides.cookie-locked',
      'overrides.cookie-nesting',
      'overrides.cookie-partial',
      'overrides.cookie-proto',
      'overrides.cookie-repetition',
      'overrides.cookie-type',
      'manifest.overrides',
      'grants.scope',
      'grants.token-good',
      'simulate.grants',
    ],
  },
  {
    title: 'takes a flag with the name of an inherited property for unknown',
    change: {
      ignoredCode(name, variant, permission) {
        return name in {} ? 'unknown-flag' : right.ignoredCode.call(this, name, variant, permission);
      },
    },
    fails: ['overrides.cookie-partial', 'overrides.cookie-proto', 'manifest.overrides'],
  },
  {
    title: 'reads at most 2,000 bytes',
    change: {
      readCookie(text) {
        return right.readCookie.call(this, text.slice(0, 2_000));
      },
    },
    fails: ['overrides.cookie-flood', 'overrides.cookie-size', 'overrides.cookie-repetition', 'manifest.overrides'],
  },
  {
    title: 'converts a value to a string',
    change: {
      ignoredCode(name, variant, permission) {
        return right.ignoredCode.call(this, name, String(variant), permission);
      },
      fromOverride({ name, overrides }) {
        const variant = overrides.applied.get(name);
        return variant === undefined ? undefined : { variant: String(variant), source: 'override', reason: 'STATIC' };
      },
    },
    fails: ['overrides.cookie-duplicate', 'overrides.cookie-partial', 'overrides.cookie-type', 'manifest.overrides'],
  },
  {
    title: 'reads a field that is spelt Cookie',
    change: {
      cookieHeader({ request: { rawHeaders } }) {
        return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1] === 'Cookie').join('; ');
      },
    },
    fails: ['overrides.requests'],
  },
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
      'simulate.permission',
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

  {
    title: 'asks the policy in development',
    change: {
      permission(visit) {
        if (this.site !== 'development') return right.permission.call(this, visit);
        return this.policyPermits(visit) ? { scope: '*' } : undefined;
      },
    },
    fails: ['overrides.development', 'manifest.development'],
  },
];
