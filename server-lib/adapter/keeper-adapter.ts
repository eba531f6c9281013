import { type RequestFacts, reportMisspeltField } from '../core/adapter-request.ts';
import { GatekeeperError } from '../core/errors.ts';
import type { Evaluation, FlagDefinitions, OverridesOf } from '../core/flags/flag.ts';
import type { FlagProvider, ProvidedEvaluation } from '../core/flags/provided-flags.ts';
import type { IncomingRequest } from '../core/incoming-request.ts';
import type { KeeperState } from '../core/keeper-state.ts';
import type { OverrideCookieNames } from '../core/options.ts';
import type { Permission } from '../core/overrides/permission.ts';
import type { TestOverrides } from '../core/overrides/test-overrides.ts';
import type { Gate } from '../core/request/gate.ts';
import { type GivenContext, RequestGate } from '../core/request/request-gate.ts';
import { kindOf, quoted } from '../core/values.ts';
import type { ManifestDocument } from '../wire/manifest.ts';
import type { OfrepOptions } from './ofrep/ofrep-options.ts';
import { type OfrepParts, type OfrepRoute, ofrepRoute } from './ofrep/ofrep-route.ts';
import { type OverridePageOptions, type OverridePageRoute, overridePage } from './override-page.ts';
import type { ProtocolRoute } from './protocol-response.ts';
import { changesResponse, type ResponseChanges, type ResponseHead, responseChanges } from './response-changes.ts';
import { grantRoute, manifestRoute, type RouteParts } from './routes.ts';

/** What the adapter of a framework needs of a keeper (docs/adapters.md); an application needs none of it. */
export interface KeeperAdapter<Flags extends FlagDefinitions> {
  /** Creates the gate of a request from what the host knows of it. Never throws because of a request. */
  open(facts: RequestFacts): Gate<Flags>;
  /** This keeper's gate among those of a request: `value` is the gate that the request has, `req.gk`. */
  gateOf(value: unknown): Gate<Flags> | undefined;
  /**
   * Whether the response may change: in development, or if the request has the override cookie. A host that must listen
   * for the headers from the beginning does so only then.
   */
  mayChangeResponse(gate: Gate<Flags>): boolean;
  /** Whether the response changes because of the flags so far. Cheaper than `responseChanges`, which needs the headers. */
  changesResponse(gate: Gate<Flags>): boolean;
  /**
   * The changes that the response needs, when its headers are about to be sent: its flags in `Server-Timing`, the rules
   * for caches, and the cookies that the gate has set (docs/protocol.md sections 4 and 6). `response` is the response so far.
   */
  responseChanges(gate: Gate<Flags>, response?: ResponseHead): ResponseChanges;
  /** The route of the manifest. Throws a `GatekeeperError` for an invalid path. */
  manifestRoute(options?: { readonly path?: string }): ProtocolRoute<Gate<Flags>>;
  /** The route that issues and revokes grants. Throws a `GatekeeperError` if the keeper has no grants. */
  grantRoute(): ProtocolRoute<Gate<Flags>>;
  /**
   * The route of OFREP, for clients on OpenFeature. It reads the body of a request, so its `respond` returns a promise. Throws a
   * `GatekeeperError` for invalid options.
   */
  ofrepRoute(options: OfrepOptions<Flags, never>): OfrepRoute<Gate<Flags>>;
  /** The route of the override page and its files. Throws a `GatekeeperError` for invalid options. */
  overridePage(options?: OverridePageOptions): OverridePageRoute<Gate<Flags>>;
  /** The request's permission to override, or `false`, where `incoming` is the host's own request too. Never throws. */
  permissionOf(incoming: IncomingRequest): Permission | false;
  /** Whether the request comes to the developer's own machine, where every request may override. */
  isDevelopment(incoming: IncomingRequest): boolean;
  /** The name of the cookie that holds the request's overrides, the same as in its manifest. */
  cookieNameFor(incoming: IncomingRequest): string;
  /**
   * The manifest for the request of `gate`. Call `gate.mayOverride()` first: the manifest is for requests that may
   * override. It does not name the override page, because only its route knows the path. A promise after `evaluateWith`. Throws `ERR_GK_OPTIONS` if `gate` is not a gate of this keeper.
   */
  manifestFor(gate: Gate<Flags>, options?: { readonly secure?: boolean }): ManifestDocument | Promise<ManifestDocument>;
  /**
   * From now on, another library evaluates the flags that it knows, and the keeper only overrides them: manifests show the
   * results of `provider`. Returns a function that ends this.
   */
  evaluateWith(provider: FlagProvider<Gate<Flags>>): () => void;
  /**
   * For tests, as `withFlags` of `gatekeeper-flags/testing`: from now on, each request gets the overrides that `read` returns
   * when its gate is opened, or else when it evaluates its first flag. They need no permission, and apply to every flag.
   */
  overrideInTests(read: () => OverridesOf<Flags> | undefined): void;
  /**
   * This browser's override of a flag that another library evaluates, for the request's user or for `targetingKey`. It counts
   * as an evaluation of the request. Throws `ERR_GK_OPTIONS` if `gate` is not a gate of this keeper.
   */
  overrideOf(gate: Gate<Flags>, flag: string, targetingKey?: string): Evaluation | undefined;
  /**
   * Adds the evaluation of another library to those of the request, unless it has the flag already. Ignores a flag or a variant
   * that does not exist. Throws `ERR_GK_OPTIONS` if `gate` is not a gate of this keeper.
   */
  addEvaluation(gate: Gate<Flags>, flag: string, evaluation: ProvidedEvaluation, targetingKey?: string): void;
  /**
   * The evaluations of the request so far that its response may name: without those of hidden flags, and none unless the
   * request may override and has the override cookie, or comes in development (docs/protocol.md section 4). Throws
   * `ERR_GK_OPTIONS` if `gate` is not a gate of this keeper.
   */
  visibleEvaluations(gate: Gate<Flags>): readonly Evaluation[];
  /**
   * The evaluation of a flag in a context that the application passes: `targetingKey` replaces the request's user, and
   * `attributes` are added to the request's own. This browser's override applies whatever the context is. `undefined` if there
   * is no such flag. Throws `ERR_GK_OPTIONS` if `gate` is not a gate of this keeper.
   */
  evaluateIn(gate: Gate<Flags>, flag: string, context: GivenContext): Evaluation | undefined;
}

/** The parts of a keeper that its adapter needs. */
export interface AdapterParts extends RouteParts, OfrepParts {
  readonly cookieNames: OverrideCookieNames;
}

// An application creates all its gates in the same place, so checking the first requests finds a misspelt field.
const CHECKED_REQUESTS = 100;

/** Reports a misspelt field of the first requests. */
export function createFieldCheck(method: string, { report }: KeeperState): (request: object) => void {
  let unchecked = CHECKED_REQUESTS;
  return function checkFields(request) {
    if (unchecked === 0) return;
    unchecked -= 1;
    reportMisspeltField(method, request, report);
  };
}

/** Creates the functions of a keeper that adapters use. */
export function createKeeperAdapter<Flags extends FlagDefinitions>(parts: AdapterParts): KeeperAdapter<Flags> {
  const { state, cookieNames, manifestFor } = parts;
  const { permissionRule, isDevelopment } = state;
  const checkFields = createFieldCheck('open', state);
  const ownGate = (method: string, gate: unknown): RequestGate => {
    if (RequestGate.isGateOf(state, gate)) return gate as RequestGate;
    const what = `${method}: expected a gate of this keeper, req.gk or that of keeper.gateFor()`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `${what}; got ${quoted(gate)}`);
  };
  const publicGate = (gate: RequestGate): Gate<Flags> => gate as unknown as Gate<Flags>;
  const publicRoute = ({ matches, respond }: ProtocolRoute<RequestGate>): ProtocolRoute<Gate<Flags>> => ({
    matches,
    respond: (gate, ...request) => respond(ownGate('respond', gate), ...request),
  });
  return {
    open(facts) {
      checkFields(facts);
      const gate = new RequestGate(state, facts);
      joinPrevious(gate, facts);
      gate.isDevelopment(); // decided once, before the request is changed by the application
      return publicGate(gate);
    },
    gateOf(value) {
      const gates = RequestGate.isGate(value) ? value.gates() : [];
      const own = gates.findLast((gate) => RequestGate.isGateOf(state, gate));
      return own && publicGate(own);
    },
    mayChangeResponse: (gate) => ownGate('mayChangeResponse', gate).mayChangeResponse(),
    changesResponse: (gate) => changesResponse(ownGate('changesResponse', gate)),
    responseChanges: (gate, response) => responseChanges(ownGate('responseChanges', gate), response),
    manifestRoute: (options) => publicRoute(manifestRoute(parts, options)),
    grantRoute: () => publicRoute(grantRoute(parts)),
    ofrepRoute(options) {
      const { path, matches, respond } = ofrepRoute(parts, options as OfrepOptions<FlagDefinitions, never>);
      return { path, matches, respond: (gate, request) => respond(ownGate('respond', gate), request) };
    },
    overridePage(options) {
      const route = overridePage(parts, options);
      return { path: route.path, ...publicRoute(route) };
    },
    permissionOf: (incoming) => permissionRule(incoming),
    isDevelopment,
    cookieNameFor: (incoming) => (isDevelopment(incoming) ? cookieNames.development : cookieNames.production),
    manifestFor: (gate, { secure = false } = {}) => manifestFor(ownGate('manifestFor', gate), { secure }),
    evaluateWith(provider) {
      if (typeof provider !== 'function') {
        const what = 'evaluateWith: expected a function that evaluates a flag, (flag, { gate }) => Promise';
        throw new GatekeeperError('ERR_GK_OPTIONS', `${what}; got ${kindOf(provider)}`);
      }
      // A function of its own, because the same provider may be added twice.
      const own: FlagProvider = (flag, request) =>
        provider(flag, { ...request, gate: publicGate(request.gate as RequestGate) });
      state.providers.add(own);
      return () => void state.providers.delete(own);
    },
    overrideInTests(read) {
      state.testOverrides = read as TestOverrides;
    },
    overrideOf: (gate, flag, key) => ownGate('overrideOf', gate).overrideOf(flag, key),
    addEvaluation: (gate, flag, evaluation, key) => ownGate('addEvaluation', gate).addEvaluation(flag, evaluation, key),
    visibleEvaluations: (gate) => ownGate('visibleEvaluations', gate).visibleEvaluations(),
    evaluateIn(gate, name, context) {
      const flag = state.flags.get(name);
      return flag && ownGate('evaluateIn', gate).evaluationIn(flag, context);
    },
  };
}

function joinPrevious(gate: RequestGate, facts: RequestFacts): void {
  try {
    gate.join(facts.previousGate);
  } catch {
    // A getter of the host's request that throws: there is no earlier gate.
  }
}
