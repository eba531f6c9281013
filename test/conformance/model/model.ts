import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FIXTURE, type FixtureFlag, type SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { compileRules } from '../../../server-lib/rules.ts';
import type { IgnoredOverride } from '../../../server-lib/wire/manifest.ts';
import { type CookieParseResult, encodeOverrides } from '../../../server-lib/wire/override-cookie.ts';
import { referenceReading } from '../../helpers/protocol/reference-codec.ts';
import { refusingStep } from '../../helpers/protocol/reference-grant.ts';

export interface Evaluation {
  readonly flag: string;
  readonly variant: string;
  readonly source: string;
  readonly reason: string;
  readonly errorCode?: string;
  readonly simulated?: true;
}

/** What a request's override cookie changes. */
export interface Overrides {
  readonly applied: ReadonlyMap<string, string>;
  readonly ignored: readonly IgnoredOverride[];
  readonly problem: string | undefined;
  /** The entries of the simulated context that apply, by key. */
  readonly context?: Readonly<Record<string, string>>;
  /** Whether the request may override and has the cookie. */
  readonly isPresent: boolean;
}

export interface Permission {
  readonly scope: '*' | readonly string[];
  /** Seconds since 1970; absent without a grant. */
  readonly expiresAt?: number;
}

/** A response before it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** The rest of a stream, computed after the headers were sent. */
  readonly late?: () => string;
}

type Name = string | undefined;
const flags = new Map<
  string,
  FixtureFlag & { readonly users?: Readonly<Record<string, readonly (string | number)[]>> }
>(Object.entries(FIXTURE.flags));
const rules = compileRules(FIXTURE.rules);
const { grants, pageHeaders } = FIXTURE;
const MANIFEST_PATH = '/.well-known/gatekeeper.json';
const NO_OVERRIDES: Overrides = { applied: new Map(), ignored: [], problem: undefined, isPresent: false };

/** One request. */
export class Visit {
  readonly request: IncomingMessage;
  readonly url: URL;
  /** The evaluations so far, by flag. */
  readonly evaluations = new Map<string, Evaluation>();
  /** The evaluations for other users. */
  readonly others = new Map<string, Evaluation>();
  overrides: Overrides | undefined;

  constructor(request: IncomingMessage) {
    this.request = request;
    this.url = new URL(request.url ?? '/', 'http://site.invalid');
  }

  header(name: string): Name {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  parameter(name: string): string {
    return this.url.searchParams.get(name) ?? '';
  }

  get user(): Name {
    const user = this.header('x-user');
    if (user === '!') throw new Error('the user');
    return user === undefined ? undefined : decodeURIComponent(user);
  }

  get attributes(): Readonly<Record<string, unknown>> {
    return JSON.parse(decodeURIComponent(this.header('x-attributes') ?? '{}'));
  }
}

/**
 * A back end that is written from docs/protocol.md and docs/conformance.md, as directly as possible. A wrong back end replaces
 * one of its methods.
 */
export class Model {
  readonly site: SiteName;
  #calls = 0;

  constructor(site: SiteName) {
    this.site = site;
  }

  // The override cookie

  get cookieName(): string {
    return this.site === 'grants' ? '__Host-gatekeeper' : 'gatekeeper';
  }

  cookieHeader({ request }: Visit): string {
    const { rawHeaders } = request;
    return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'cookie').join('; ');
  }

  readCookie(header: string): CookieParseResult {
    return referenceReading(header, this.cookieName);
  }

  overridesOf(visit: Visit): Overrides {
    if (visit.overrides !== undefined) return visit.overrides;
    visit.overrides = NO_OVERRIDES; // while the policy runs
    visit.overrides = this.resolveOverrides(visit);
    return visit.overrides;
  }

  resolveOverrides(visit: Visit): Overrides {
    const cookie = this.readCookie(this.cookieHeader(visit));
    const permission = cookie.kind === 'absent' ? undefined : this.permission(visit);
    if (cookie.kind === 'absent' || permission === undefined) return NO_OVERRIDES;
    if (cookie.kind === 'unreadable') return { ...NO_OVERRIDES, problem: cookie.problem, isPresent: true };
    const applied = new Map<string, string>();
    const ignored: IgnoredOverride[] = [];
    const context: Record<string, string> = {};
    for (const [flag, variant] of cookie.entries) {
      const code = this.ignoredCode(flag, variant, permission);
      if (code === undefined && flag.startsWith('@')) context[flag] = variant as string;
      else if (code === undefined) applied.set(flag, variant as string);
      else ignored.push({ flag, ...(typeof variant === 'string' && { variant }), code });
    }
    return { applied, ignored, problem: undefined, isPresent: true, context };
  }

  ignoredCode(name: string, variant: unknown, { scope }: Permission): IgnoredOverride['code'] | undefined {
    const flag = flags.get(name);
    if (name.startsWith('@')) return this.contextCode(name.slice(1), variant, scope);
    if (flag === undefined) return 'unknown-flag';
    if (typeof variant !== 'string') return 'not-a-string';
    if (flag.overridable === false) return 'locked';
    if (!flag.variants.includes(variant)) return 'unknown-variant';
    return scope === '*' || scope.includes(name) ? undefined : 'out-of-scope';
  }

  contextCode(name: string, value: unknown, scope: Permission['scope']): IgnoredOverride['code'] | undefined {
    const set = CONTEXT_VALUES.get(name);
    if (set === undefined) return 'unknown-attribute';
    if (typeof value !== 'string' || !set(value)) return 'invalid-value';
    return this.coversContext(scope) ? undefined : 'out-of-scope';
  }

  coversContext(scope: Permission['scope']): boolean {
    return scope === '*';
  }

  // Who may override

  permission(visit: Visit): Permission | undefined {
    if (this.site === 'development') return { scope: '*' };
    if (this.site === 'policy') return this.policyPermits(visit) ? { scope: '*' } : undefined;
    return this.site === 'grants' ? this.grantOf(visit) : undefined;
  }

  policyPermits(visit: Visit): boolean {
    try {
      return this.policy(visit) === true;
    } catch {
      return false;
    }
  }

  policy(visit: Visit): unknown {
    const asked = visit.header('x-may-override');
    if (asked === 'throws') throw new Error('the policy');
    if (asked === 'flag') return this.evaluate(new Visit(visit.request), 'FLAG_A', NO_OVERRIDES).variant === 'ON';
    return asked === 'yes' || (asked === 'truthy' ? 'yes' : asked === 'promise' && Promise.resolve(true));
  }

  grantOf(visit: Visit): Permission | undefined {
    const pairs = this.cookieHeader(visit).split(';');
    const pair = pairs.find((one) => /^[ \t]*__Host-gatekeeper-grant[ \t]*=/.test(one));
    const token = pair?.slice(pair.indexOf('=') + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    if (token === undefined || this.refusingStep(token, visit.user) !== undefined) return undefined;
    const { scp, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return { scope: scp[0] === '*' ? '*' : scp, expiresAt: exp };
  }

  /** The step of the protocol that refuses a grant. */
  refusingStep(token: string, user: Name): number | undefined {
    return refusingStep(token, { now: Math.floor(Date.now() / 1_000), signedIn: user ?? null });
  }

  // Evaluation

  evaluate(visit: Visit, name: string, overrides: Overrides = this.overridesOf(visit)): Evaluation {
    const pinned = visit.evaluations.get(name);
    if (pinned !== undefined) return pinned;
    const evaluation = this.decide(visit, name, { overrides, userOf: () => visit.user, isOwn: true });
    visit.evaluations.set(name, evaluation);
    return evaluation;
  }

  decide(
    visit: Visit,
    name: string,
    {
      overrides,
      userOf,
      isOwn = false,
    }: {
      readonly overrides: Overrides;
      readonly userOf: () => Name;
      /** Whether it is the request's own user, who can be simulated. */
      readonly isOwn?: boolean;
    },
  ): Evaluation {
    const flag = flags.get(name);
    if (flag === undefined) throw new Error(`no flag ${name}`);
    const byDefault = { flag: name, variant: flag.default, source: 'default', reason: 'DEFAULT' };
    const simulated = new Simulated(isOwn ? overrides.context : { ...overrides.context, '@user': undefined });
    const context = { name, flag, overrides, ...this.simulate(simulated, { userOf, attributes: visit.attributes }) };
    try {
      for (const source of this.sources) {
        const evaluation = this[source](context);
        if (evaluation !== undefined) return { flag: name, ...evaluation, ...simulated.mark };
      }
      return { ...byDefault, ...simulated.mark };
    } catch {
      return { ...byDefault, source: 'error', reason: 'ERROR', errorCode: 'GENERAL' };
    }
  }

  /** What rules and functions see of a request that simulates a context. */
  simulate(
    simulated: Simulated,
    { userOf, attributes }: Pick<Context, 'userOf' | 'attributes'>,
  ): Pick<Context, 'userOf' | 'attributes' | 'timeOf'> {
    const { '@user': user, '@time': time, ...others } = simulated.entries;
    const seen = { ...attributes };
    for (const [key, text = ''] of Object.entries(others)) {
      const get = () => simulated.read(this.typedValue(key.slice(1), text));
      Object.defineProperty(seen, key.slice(1), { get, enumerable: true });
    }
    return {
      userOf: user === undefined ? userOf : () => simulated.read(user),
      attributes: seen,
      timeOf: () => (time === undefined ? undefined : simulated.read(new Date(time))),
    };
  }

  typedValue(name: string, text: string): boolean | number | string {
    return name === 'seats' ? Number(text) : name === 'code' ? text === 'true' : text;
  }

  get sources(): readonly ('fromOverride' | 'fromUsers' | 'fromRule' | 'fromCode')[] {
    return ['fromOverride', 'fromUsers', 'fromRule', 'fromCode'];
  }

  fromOverride({ name, overrides }: Context): Decision | undefined {
    const variant = overrides.applied.get(name);
    return variant === undefined ? undefined : { variant, source: 'override', reason: 'STATIC' };
  }

  fromUsers({ flag, userOf }: Context): Decision | undefined {
    if (flag.users === undefined) return undefined;
    const user = userOf();
    const lists = Object.entries(flag.users);
    const variant = lists.find(([, ids]) => ids.some((id) => this.isSameUser(id, user)))?.[0];
    return variant === undefined ? undefined : { variant, source: 'user', reason: 'TARGETING_MATCH' };
  }

  isSameUser(id: string | number, user: Name): boolean {
    return String(id) === user;
  }

  fromRule(context: Context): Decision | undefined {
    const { name, flag } = context;
    if (!Object.hasOwn(FIXTURE.rules.flags, name)) return undefined;
    const { variant, reason } = this.evaluateRule(context);
    if (reason === 'ERROR') throw new Error('the rule');
    if (reason === 'DISABLED') return { variant: flag.default, source: 'rule', reason };
    return variant === undefined ? undefined : { variant, source: 'rule', reason };
  }

  evaluateRule({ name, attributes, userOf, timeOf }: Context): {
    readonly variant?: string | undefined;
    readonly reason: string;
  } {
    // Only the rules that depend on the user or the time read them.
    const text = JSON.stringify((FIXTURE.rules.flags as Readonly<Record<string, object>>)[name]);
    const user = text.includes('fractional') ? userOf() : undefined;
    const now = text.includes('$flagd.timestamp') ? timeOf() : undefined;
    const context = Object.create(null, Object.getOwnPropertyDescriptors(attributes)) as Record<string, unknown>;
    delete context.$flagd;
    Object.defineProperty(context, 'targetingKey', { value: user, configurable: true });
    return rules.evaluate(name, context, { now });
  }

  fromCode({ name, flag, attributes }: Context): Decision | undefined {
    const variant = this.callCode(name, attributes);
    if (variant === undefined) return undefined;
    if (!flag.variants.includes(variant)) throw new Error('not a variant');
    return { variant, source: 'code', reason: 'TARGETING_MATCH' };
  }

  callCode(name: string, attributes: Context['attributes']): Name {
    if (name === 'CODE_FAILS') throw new Error(name);
    if (name === 'CODE_COUNTS') {
      this.#calls += 1;
      return this.#calls % 2 === 1 ? 'ON' : 'OFF';
    }
    if (name === 'CODE_WRONG') return 'MISSING';
    if (name === 'RULE_DISABLED') return 'ON';
    return name === 'ORDER' && attributes.code === true ? 'CODE' : undefined;
  }

  valueOf(name: string, variant: string): unknown {
    const own = flags.get(name)?.values?.[variant];
    const { variants = {} } =
      (FIXTURE.rules.flags as Readonly<Record<string, { readonly variants?: object }>>)[name] ?? {};
    const changed = (variants as Readonly<Record<string, unknown>>)[variant];
    return own === undefined ? variant : typeof changed === typeof own ? changed : own;
  }

  // Responses

  isHidden(name: string): boolean {
    return flags.get(name)?.hidden === true;
  }

  /** What the request may simulate, for the manifest. */
  describeContext(visit: Visit): object {
    const simulated = this.overridesOf(visit).context ?? {};
    const attributes = Object.entries(FIXTURE.simulate.attributes).map(([name, choices]) => {
      const text = simulated[`@${name}`];
      return {
        name,
        ...(choices === 'boolean'
          ? { type: choices }
          : 'min' in choices
            ? { type: 'number', ...choices }
            : { type: 'string', values: choices }),
        current: visit.attributes[name],
        simulated: text === undefined ? undefined : this.typedValue(name, text),
      };
    });
    return { attributes, user: { simulated: simulated['@user'] }, time: { simulated: simulated['@time'] } };
  }

  manifest(visit: Visit): object {
    const { applied, ignored, problem } = this.overridesOf(visit);
    const permission = this.permission(visit);
    const isListed = (name: string): boolean => !this.isHidden(name);
    const expiresIn =
      permission?.expiresAt === undefined ? undefined : permission.expiresAt - Math.floor(Date.now() / 1_000);
    const isPrefixed = this.cookieName.startsWith('__');
    return {
      gatekeeper: 1,
      cookie: { name: this.cookieName, path: '/', sameSite: 'Lax', secure: isPrefixed, maxAge: expiresIn ?? 604_800 },
      overrides: {
        state: permission ? 'enabled' : 'grant-required',
        ...(this.site === 'grants' && { grantUrl: grants.path, expiresIn }),
        applied: [...applied.keys()].filter(isListed),
        ignored: ignored.filter(({ flag }) => isListed(flag)),
        problem,
      },
      context: permission && this.coversContext(permission.scope) ? this.describeContext(visit) : undefined,
      flags: [...flags.keys()].filter(isListed).map((name) => this.describeFlag(visit, name)),
      scenarios: FIXTURE.scenarios.filter((scenario) => !JSON.stringify(scenario).includes('HIDDEN')),
    };
  }

  describeFlag(visit: Visit, name: string): object {
    const { users: _, hidden: __, ...flag } = flags.get(name) as FixtureFlag;
    const { variant, source, reason, simulated } = this.evaluate(visit, name);
    const overrides = { ...NO_OVERRIDES, context: this.overridesOf(visit).context ?? {} };
    const withoutOverride = this.decide(visit, name, { overrides, userOf: () => visit.user, isOwn: true }).variant;
    return { name, overridable: true, ...flag, current: variant, source, reason, simulated, withoutOverride };
  }

  /** The response to a request; `undefined` for an unknown path. */
  respond(visit: Visit): Reply | undefined {
    const { pathname } = visit.url;
    const { method = 'GET' } = visit.request;
    if (method === 'POST' && pathname === '/override') return this.setOverride(visit);
    if (pathname === grants.path && this.site === 'grants') return this.respondToGrant(visit);
    if (pathname === MANIFEST_PATH && (method === 'GET' || method === 'HEAD')) return this.respondWithManifest(visit);
    if (method !== 'GET' && !(method === 'HEAD' && pathname === '/page')) return undefined;
    return this.respondWithPage(visit, pathname);
  }

  respondWithPage(visit: Visit, pathname: string): Reply | undefined {
    const headers = Object.entries(pageHeaders);
    switch (pathname) {
      case '/conformance':
        return json({ flags: names(visit.parameter('flags')).map((name) => this.explain(visit, name)) });
      case '/page': {
        const page = this.page(visit);
        const padding = visit.parameter('padding');
        const padded = padding === '' ? headers : [...headers, ['X-Padding', 'x'.repeat(Number(padding))] as const];
        if (this.condition(visit) === pageHeaders.ETag) return { status: 304, headers: padded, body: '' };
        return { status: 200, headers: padded, body: page };
      }
      case '/redirect':
        this.page(visit);
        return { status: 302, headers: [...headers, ['Location', '/page']], body: '' };
      case '/error':
        this.page(visit);
        return { status: 500, headers, body: 'failed' };
      case '/stream':
        return { status: 200, headers, body: this.page(visit), late: () => ` ${this.page(visit, 'late')}` };
      case '/in-page':
        this.page(visit);
        return { status: 200, headers: [['Content-Type', 'text/html']], body: `<p>${this.usedElement(visit)}` };
      default:
        return undefined;
    }
  }

  page(visit: Visit, parameter = 'flags'): string {
    return names(visit.parameter(parameter))
      .map((name) => this.evaluate(visit, name).variant)
      .join(' ');
  }

  explain(visit: Visit, name: string): object {
    const other = visit.url.searchParams.get('for');
    if (!flags.has(name)) return { flag: name, variant: null };
    if (other !== null) {
      const { variant } = this.decide(visit, name, { overrides: this.overridesOf(visit), userOf: () => other });
      return { flag: name, variant };
    }
    const evaluation = this.evaluate(visit, name);
    return { ...evaluation, value: this.valueOf(name, evaluation.variant) };
  }

  /** The request's `If-None-Match`, as the application sees it. */
  condition(visit: Visit): Name {
    return this.isOverridden(visit) ? undefined : visit.header('if-none-match');
  }

  /** Whether an override applies to a request that has evaluated a flag. */
  isOverridden(visit: Visit): boolean {
    const { applied, context = {} } = this.overridesOf(visit);
    return visit.evaluations.size > 0 && (applied.size > 0 || Object.keys(context).length > 0);
  }

  usedElement(visit: Visit): string {
    if (!this.isAcknowledged(visit)) return '';
    const used = this.listed(visit).map((evaluation) => [evaluation.flag, this.describeUse(evaluation)]);
    return `<script type="application/json" id="gatekeeper-used">${JSON.stringify(Object.fromEntries(used))}</script>`;
  }

  /** What a response says of an evaluation. */
  describeUse({ variant, source, simulated }: Evaluation): string {
    return `${variant} ${source}${simulated ? ' simulated' : ''}`;
  }

  /** Whether the response names what was evaluated. */
  isAcknowledged(visit: Visit): boolean {
    return this.site === 'development' || this.overridesOf(visit).isPresent;
  }

  listed(visit: Visit): readonly Evaluation[] {
    return [...visit.evaluations.values()].filter(({ flag }) => !this.isHidden(flag));
  }

  /** The entries of `Server-Timing` in at most `room` bytes. */
  entries(visit: Visit, room: number): readonly string[] {
    const used = this.listed(visit);
    const all = used.map((evaluation) => `gk.${evaluation.flag};desc="${this.describeUse(evaluation)}"`);
    for (let count = all.length; count >= 0; count--) {
      const more = all.length - count;
      const entries = more === 0 ? all : [...all.slice(0, count), `gk;desc="+${more} more"`];
      if (entries.join(', ').length <= Math.min(2_048, room)) return entries;
    }
    return [];
  }

  /** What a response is after the library has changed its headers. */
  finish(visit: Visit, reply: Reply): Reply {
    const isDocument = visit.url.pathname === MANIFEST_PATH;
    const used =
      this.headerBytes(reply) + 'Date: Mon, 01 Jan 2027 00:00:00 GMT\r\nTransfer-Encoding: chunked\r\n'.length + 90;
    const entries =
      isDocument || visit.evaluations.size === 0 || !this.isAcknowledged(visit)
        ? []
        : this.entries(visit, 3_500 - used);
    const isSet = reply.headers.some(([name]) => name === 'Set-Cookie');
    const isPrivate = this.isOverridden(visit) || entries.length > 0 || isSet;
    const headers = isPrivate ? this.preventCaching(reply.headers) : reply.headers;
    return { ...reply, headers: entries.length === 0 ? headers : [...headers, ['Server-Timing', entries.join(', ')]] };
  }

  headerBytes({ headers }: Reply): number {
    return headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  }

  preventCaching(headers: Reply['headers']): Reply['headers'] {
    const kept = headers.filter(([name]) => !this.isRemoved(name));
    const vary = kept.flatMap(([name, value]) => (name === 'Vary' ? [value] : []));
    const others = kept.filter(([name]) => name !== 'Vary' && name !== 'Cache-Control');
    return [...others, ['Cache-Control', 'private, no-store'], ['Vary', [...vary, 'Cookie'].join(', ')]];
  }

  /** Whether a private response must not have a header. */
  isRemoved(name: string): boolean {
    return /^(?:etag|last-modified|expires|x-accel-expires|edge-control|surrogate-.*|.*cdn-cache-control|x-litespeed-.*)$/i.test(
      name,
    );
  }

  // Routes of the protocol

  respondWithManifest(visit: Visit): Reply | undefined {
    if (this.permission(visit) === undefined && !this.isEligible(visit)) return undefined;
    return privateDocument(200, this.manifest(visit));
  }

  /** The scope of the user who may have a grant. */
  scopeOf({ user = '' }: Visit): '*' | readonly string[] | undefined {
    return Object.hasOwn(grants.scopes, user) ? grants.scopes[user] : undefined;
  }

  isEligible(visit: Visit): boolean {
    return this.site === 'grants' && this.scopeOf(visit) !== undefined;
  }

  respondToGrant(visit: Visit): Reply | undefined {
    const { method } = visit.request;
    if (!(method === 'POST' || method === 'DELETE') || !this.isOwnRequest(visit)) return undefined;
    const scope = this.scopeOf(visit);
    if (method === 'POST') return scope === undefined ? undefined : this.issue(visit.user ?? '', scope);
    if (scope === undefined && this.grantOf(visit) === undefined) return undefined;
    return privateDocument(204, undefined, [
      '__Host-gatekeeper-grant=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
      '__Host-gatekeeper=; Path=/; Secure; SameSite=Lax; Max-Age=0',
    ]);
  }

  isOwnRequest(visit: Visit): boolean {
    const site = visit.header('sec-fetch-site') ?? 'same-origin';
    const isSmall =
      visit.header('transfer-encoding') === undefined && Number(visit.header('content-length') ?? 0) <= 1_024;
    const isOrigin = grants.origins.includes(visit.header('origin') ?? '');
    return site === 'same-origin' && isOrigin && isSmall && visit.header('x-gatekeeper') === '1';
  }

  issue(sub: string, scope: '*' | readonly string[]): Reply {
    const iat = Math.floor(Date.now() / 1_000);
    const jti = `${process.hrtime.bigint()}${'-'.repeat(16)}`.slice(0, 22);
    const [key] = grants.keys;
    const payload = {
      iss: 'gatekeeper',
      aud: grants.origins[0],
      sub,
      iat,
      exp: iat + 28_800,
      jti,
      gen: 3,
      scp: [scope].flat(),
    };
    const signed = [{ alg: 'HS256', typ: 'gk-grant+jwt', kid: key?.kid }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const hmac = createHmac('sha256', Buffer.from(key?.secret ?? '', 'base64url'))
      .update(signed)
      .digest('base64url');
    return privateDocument(200, { state: 'enabled', expiresIn: 28_800 }, [
      `__Host-gatekeeper-grant=${signed}.${hmac}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=28800`,
    ]);
  }

  setOverride(visit: Visit): Reply {
    const [flag, variant] = [visit.parameter('flag'), visit.parameter('variant')];
    const permission = this.permission(visit);
    const isValid =
      permission !== undefined &&
      (variant === '' || (flags.has(flag) && this.ignoredCode(flag, variant, permission) === undefined));
    if (!isValid) return json({ set: false });
    const applied = new Map([...this.keptContext(visit), ...this.overridesOf(visit).applied]);
    if (variant === '') applied.delete(flag);
    else applied.set(flag, variant);
    return { ...json({ set: true }), headers: [['Set-Cookie', this.overrideCookie(applied)]] };
  }

  /** The entries of the simulated context in the cookie, valid or not. */
  keptContext(visit: Visit): readonly (readonly [string, string])[] {
    const cookie = this.readCookie(this.cookieHeader(visit));
    const entries = cookie.kind === 'entries' ? [...cookie.entries] : [];
    return entries.filter(
      (entry): entry is [string, string] => entry[0].startsWith('@') && typeof entry[1] === 'string',
    );
  }

  overrideCookie(applied: ReadonlyMap<string, string>): string {
    const secure = this.cookieName.startsWith('__') ? '; Secure' : '';
    const [value, age] = applied.size === 0 ? ['', 0] : [encodeOverrides(applied), 604_800];
    return `${this.cookieName}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  }
}

type Decision = Omit<Evaluation, 'flag'>;

/** The simulated context during one evaluation, and whether the evaluation has read it. */
export class Simulated {
  readonly entries: Readonly<Record<string, string | undefined>>;
  #hasRead = false;

  constructor(entries: Readonly<Record<string, string | undefined>> = {}) {
    this.entries = entries;
  }

  read<Value>(value: Value): Value {
    this.#hasRead = true;
    return value;
  }

  get mark(): Pick<Evaluation, 'simulated'> {
    return this.#hasRead ? { simulated: true } : {};
  }
}

const isUtcTime = (text: string): boolean => {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) ? new Date(text) : new Date(Number.NaN);
  return Number.isFinite(time.getTime()) && time.toISOString().slice(0, 19) === text.slice(0, 19);
};
const { country, seats } = FIXTURE.simulate.attributes;
const CONTEXT_VALUES: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['user', (text: string) => text.length >= 1 && text.length <= 128],
  ['time', isUtcTime],
  ['country', (text: string) => country.includes(text)],
  [
    'seats',
    (text: string) =>
      /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number(text) >= seats.min && Number(text) <= seats.max,
  ],
  ['code', (text: string) => text === 'true' || text === 'false'],
]);

export interface Context {
  readonly name: string;
  readonly flag: NonNullable<ReturnType<typeof flags.get>>;
  readonly overrides: Overrides;
  readonly userOf: () => Name;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The simulated time. */
  readonly timeOf: () => Date | undefined;
}

function names(list: string): readonly string[] {
  return list === '' ? [] : list.split(',');
}

function json(value: object): Reply {
  return { status: 200, headers: [['Content-Type', 'application/json']], body: JSON.stringify(value) };
}

function privateDocument(status: number, content: object | undefined, cookies: readonly string[] = []): Reply {
  return {
    status,
    headers: [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Cache-Control', 'private, no-store'],
      ['Vary', 'Cookie'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Cross-Origin-Resource-Policy', 'same-origin'],
      ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
      ['Referrer-Policy', 'no-referrer'],
      ...cookies.map((line) => ['Set-Cookie', line] as const),
    ],
    body: content === undefined ? '' : JSON.stringify(content),
  };
}
