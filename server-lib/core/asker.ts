import { isUserId } from './define-flags.ts';
import type { Evaluation } from './evaluation.ts';
import type { Attributes, DecideContext, HostApp, HostRequest, HostSession, UserId } from './flag.ts';
import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, quoted } from './gatekeeper-error.ts';
import { swallowRejection } from './report.ts';
import { FewTold, type Told } from './told.ts';

/**
 * Whom a flag is decided for, on one request: the request's own user, read when a flag first needs it (the login
 * middleware may run after ours), or another whom the application asks about by id.
 */
export class Asker {
  readonly request: GateRequest;
  private answersSoFar: Told | undefined;
  private knownKey: string | typeof READING | undefined;
  private knownNumber: number | undefined;
  private knownAttributes: Attributes | undefined;
  private knownContext: DecideContext | undefined;

  constructor(request: GateRequest) {
    this.request = request;
    this.answersSoFar = undefined;
    this.knownKey = undefined;
    this.knownNumber = undefined;
    this.knownAttributes = undefined;
    this.knownContext = undefined;
  }

  /** Another user on the same request. */
  other(userId: UserId): Asker {
    const other = new Asker(this.request);
    other.knownKey = other.keyOf(userId);
    return other;
  }

  /** `userId` as text. Throws what the application's `userId` throws, and for an id that is no string and no number. */
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
  private readKey(): string | undefined {
    let key: string | undefined;
    this.knownKey = READING;
    try {
      const id: unknown = this.request.userId ?? undefined;
      key = typeof id === 'string' ? id : this.keyOf(id);
    } finally {
      this.knownKey = key;
    }
    return key;
  }

  private keyOf(id: unknown): string | undefined {
    if (typeof id === 'number' && isUserId(id)) this.knownNumber = id;
    else if (id !== undefined && !isUserId(id)) throw noUserId(id);
    return id === undefined ? undefined : String(id);
  }

  /** The other entries of the evaluation context: what a rule sees. */
  get attributes(): Attributes {
    return this.knownAttributes ?? this.readAttributes();
  }

  // As with the user: a flag that the application's own function asks sees no attributes.
  private readAttributes(): Attributes {
    let attributes: Attributes | undefined;
    this.knownAttributes = NO_ATTRIBUTES;
    try {
      attributes = this.request.attributes ?? NO_ATTRIBUTES;
    } finally {
      this.knownAttributes = attributes;
    }
    return attributes;
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

function noUserId(id: unknown): GatekeeperError {
  swallowRejection(id);
  return new GatekeeperError('ERR_GK_USER_ID', `userId is ${quoted(id)}; an id is a string or a number`);
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
      return request.session as HostSession;
    },
    get request() {
      return request.request as HostRequest;
    },
    get app() {
      return request.app as HostApp;
    },
  };
}
