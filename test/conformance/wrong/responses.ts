import { Model, type Reply } from '../model/model.ts';
import type { WrongBackEnd } from './wrong-back-end.ts';

const right = Model.prototype;
const MANIFEST_PATH = '/.well-known/gatekeeper.json';

/** All the checks of private pages. */
const PRIVATE_PAGES = [
  'caches.head',
  'caches.other-flag',
  'caches.redirect',
  'caches.error',
  'caches.stream',
  'acknowledge.private',
];

function withoutHeader({ headers, ...reply }: Reply, name: string): Reply {
  return { ...reply, headers: headers.filter(([one]) => one !== name) };
}

function header(reply: Reply | undefined, name: string): string | undefined {
  return reply?.headers.find(([one]) => one === name)?.[1];
}

/** Back ends with a wrong acknowledgement, or that let caches store what is for one browser. */
export const WRONG_RESPONSES: readonly WrongBackEnd[] = [
  {
    title: 'acknowledges strangers',
    change: {
      isAcknowledged(visit) {
        return this.site === 'policy' && this.cookieHeader(visit).includes('gatekeeper=')
          ? true
          : right.isAcknowledged.call(this, visit);
      },
    },
    fails: ['acknowledge.strangers', 'acknowledge.in-page', 'caches.visitors', 'simulate.permission'],
  },
  {
    title: 'names a hidden flag in Server-Timing',
    change: {
      entries(visit, room) {
        const listed = () => [...visit.evaluations.values()];
        return right.entries.call(Object.create(this, { listed: { value: listed } }), visit, room);
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
        return this.listed(visit).map((one) => `gk.${one.flag};desc="${this.describeUse(one)}"`);
      },
    },
    fails: ['acknowledge.limit', 'acknowledge.total'],
  },
  {
    title: 'ignores the size of the other headers',
    change: { headerBytes: () => 0 },
    fails: ['acknowledge.total'],
  },

  {
    title: 'acknowledges the manifest',
    change: {
      finish(visit, reply) {
        const { url } = visit;
        const page = Object.create(visit, { url: { value: new URL('/page', url) } });
        return right.finish.call(this, url.pathname === MANIFEST_PATH ? page : visit, reply);
      },
    },
    fails: ['acknowledge.manifest'],
  },
  {
    title: 'acknowledges in development only with the cookie',
    change: {
      isAcknowledged(visit) {
        return this.overridesOf(visit).isPresent;
      },
    },
    fails: ['acknowledge.development', 'acknowledge.in-page'],
  },
  {
    title: 'evaluates the end of a stream before its headers',
    change: {
      finish(visit, reply) {
        const end = reply.late?.();
        return right.finish.call(this, visit, end === undefined ? reply : { ...reply, late: () => end });
      },
    },
    fails: ['acknowledge.stream'],
  },
  {
    title: 'lets caches store an overridden page',
    change: { preventCaching: (headers) => headers },
    fails: [
      'caches.cache-control',
      'caches.outranking',
      'caches.validators',
      'caches.set-cookie',
      ...PRIVATE_PAGES,
      'simulate.caches',
    ],
  },
  {
    title: 'keeps a header that outranks Cache-Control',
    change: { isRemoved: (name) => name !== 'X-Accel-Expires' && right.isRemoved(name) },
    fails: ['caches.outranking', ...PRIVATE_PAGES],
  },
  {
    title: 'keeps the ETag of the application',
    change: { isRemoved: (name) => name !== 'ETag' && right.isRemoved(name) },
    fails: ['caches.validators', ...PRIVATE_PAGES, 'simulate.caches'],
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
    fails: ['caches.not-modified', 'simulate.caches'],
  },
  {
    title: 'makes every page of a tester private',
    change: {
      isOverridden(visit) {
        return this.overridesOf(visit).applied.size > 0;
      },
    },
    fails: ['caches.no-flag', 'simulate.caches'],
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
];
