import { isForeignObject } from '../wire/foreign-json.ts';
import { isUserId } from './define-flags.ts';
import type { Evaluation } from './evaluation.ts';
import type { Attributes, DecideContext, HostApp, HostRequest, HostSession, UserId } from './flag.ts';
import type { GateRequest } from './gate-request.ts';
import { kindOf } from './gatekeeper-error.ts';
import { answerOfHook, attempt, failureOf, HookFailure, synchronous } from './hook.ts';
import { fieldOf, userIdOf } from './request-field.ts';
import { isThenable } from './thenable.ts';
import { FewTold, type Told } from './told.ts';

/**
 * Whom a flag is decided for, on one request: the request's own user, read when a flag first needs it (the login
 * middleware may run after ours), or another whom the application asks about by id.
 */
export class Asker {
  readonly request: GateRequest;
  private answersSoFar: Told | undefined;
  protected knownKey: string | typeof READING | undefined;
  private knownNumber: number | undefined;
  private knownAttributes: Attributes | undefined;
  private knownContext: DecideContext | undefined;
  private reads: number;
  private reported: Set<string> | undefined;

  constructor(request: GateRequest) {
    this.request = request;
    this.answersSoFar = undefined;
    this.knownKey = undefined;
    this.knownNumber = undefined;
    this.knownAttributes = undefined;
    this.knownContext = undefined;
    this.reads = 0;
    this.reported = undefined;
  }

  /** Another user on the same request. `null` is a visitor who is not signed in; reading an invalid id throws. */
  other(userId: unknown): OtherAsker {
    return new OtherAsker(this.request, userId);
  }

  /** Whether a failure is new on this request: a flag may be evaluated again, with no overrides in force. */
  isNewFailure(flag: string, code: string): boolean {
    this.reported ??= new Set();
    const { size } = this.reported;
    return this.reported.add(`${flag} ${code}`).size > size;
  }

  /** How many of the application's functions are being asked about this user at this moment. */
  get pendingReads(): number {
    return this.reads;
  }

  /** `userId` as text. Throws a `HookFailure` if the application's `userId` throws, or returns an invalid id. */
  get targetingKey(): string | undefined {
    // Nobody signed in is not remembered: a flag may be asked before the login middleware, and another after it.
    const key = this.knownKey;
    return key === undefined ? this.readKey() : key === READING ? undefined : key;
  }

  /** As the application named it; throws as `targetingKey` does. */
  get userId(): UserId | undefined {
    const key = this.targetingKey;
    return this.knownNumber ?? key;
  }

  // While the application's own function runs, a flag that it asks sees nobody: the question must not ask itself.
  protected readKey(): string | undefined {
    let key: string | undefined;
    this.knownKey = READING;
    this.reads += 1;
    try {
      const id: unknown = userIdOf(this.request);
      key = typeof id === 'string' ? id : this.keyOf(synchronous('userId', 'ERR_GK_USER_ID', id) ?? undefined);
    } catch (cause) {
      throw failureOf('userId', 'ERR_GK_USER_ID', cause);
    } finally {
      this.knownKey = key;
      this.reads -= 1;
    }
    return key;
  }

  protected keyOf(id: unknown): string | undefined {
    if (id === undefined) return undefined;
    if (!isUserId(id)) {
      const kind = isThenable(id) ? 'a promise' : kindOf(id);
      throw new HookFailure('ERR_GK_USER_ID', `userId must be a string or a number; got ${kind}`);
    }
    if (typeof id === 'number') this.knownNumber = id;
    return String(id);
  }

  /** The other entries of the evaluation context: what a rule sees. */
  get attributes(): Attributes {
    return this.knownAttributes ?? this.readAttributes();
  }

  // As with the user: a flag that the application's own function asks sees no attributes.
  private readAttributes(): Attributes {
    let attributes: Attributes | undefined;
    this.knownAttributes = NO_ATTRIBUTES;
    this.reads += 1;
    try {
      const answer: unknown = answerOfHook('attributes', 'ERR_GK_ATTRIBUTES', () =>
        fieldOf(this.request, 'attributes'),
      );
      if (answer !== undefined && !isForeignObject(answer)) {
        throw new HookFailure('ERR_GK_ATTRIBUTES', `attributes must be an object; got ${kindOf(answer)}`);
      }
      attributes = answer ?? NO_ATTRIBUTES;
    } finally {
      this.knownAttributes = attributes;
      this.reads -= 1;
    }
    return attributes;
  }

  get session(): HostSession {
    return answerOfHook('session', 'ERR_GK_SESSION', () => fieldOf(this.request, 'session')) as HostSession;
  }

  /** What `decide` sees. */
  get context(): DecideContext {
    this.knownContext ??= contextOf(this);
    return this.knownContext;
  }

  /** The answer that was given for a flag before: it is decided once. */
  told(flag: string): Evaluation | undefined {
    return this.answersSoFar?.of(flag);
  }

  tell(answer: Evaluation): void {
    const before = this.answersSoFar;
    this.answersSoFar = before === undefined ? new FewTold(answer, undefined, 1) : before.and(answer);
  }

  /** Every answer so far, in order. */
  answers(): readonly Evaluation[] {
    return this.answersSoFar?.all() ?? [];
  }
}

/** A user named by id, or nobody: the request's own user is not looked at. */
export class OtherAsker extends Asker {
  /** Why the id cannot be used. */
  readonly failure: HookFailure | undefined;

  constructor(request: GateRequest, userId: unknown) {
    super(request);
    this.failure = undefined;
    if (userId === null) return;
    try {
      this.knownKey = this.keyOf(userId);
    } catch (failure) {
      this.failure = failure as HookFailure;
    }
  }

  protected override readKey(): undefined {
    if (this.failure !== undefined) throw this.failure;
    return undefined;
  }
}

const READING: unique symbol = Symbol('reading');
const NO_ATTRIBUTES: Attributes = Object.freeze(Object.create(null));

// An object with getters of its own, which `decide` may spread.
function contextOf(asker: Asker): DecideContext {
  const { request } = asker;
  return {
    get userId() {
      return asker.userId;
    },
    get attributes() {
      return asker.attributes;
    },
    get session() {
      return asker.session;
    },
    get request() {
      return attempt('request', 'ERR_GK_REQUEST', () => fieldOf(request, 'request')) as HostRequest;
    },
    get app() {
      return attempt('app', 'ERR_GK_REQUEST', () => fieldOf(request, 'app')) as HostApp;
    },
  };
}
