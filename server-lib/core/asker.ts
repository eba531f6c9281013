import { isUserId } from './define-flags.ts';
import type { Evaluation } from './evaluation.ts';
import type { Attributes, DecideContext, HostApp, HostRequest, HostSession, UserId } from './flag.ts';
import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, quoted } from './gatekeeper-error.ts';
import { swallowRejection } from './report.ts';
import { Told } from './told.ts';

/**
 * Whom a flag is decided for, on one request: the request's own user, read when a flag first needs it (the login
 * middleware may run after ours), or another whom the application asks about by id.
 */
export class Asker {
  readonly request: GateRequest;
  #userId: UserId | undefined;
  #attributes: Attributes | undefined;
  #context: DecideContext | undefined;
  #told: Told | undefined;
  #others: Map<string, Asker> | undefined;
  #isReadingUser = false;
  #isReadingAttributes = false;

  constructor(request: GateRequest, userId?: UserId) {
    this.request = request;
    this.#userId = userId;
  }

  /** Throws what the application's `userId` throws, and for an id that is neither a string nor a number. */
  get userId(): UserId | undefined {
    // Nobody signed in is not remembered: a flag may be asked before the login middleware, and another after it.
    // While the application's own function runs, a flag that it asks sees nobody: the question must not ask itself.
    if (this.#userId !== undefined || this.#isReadingUser) return this.#userId;
    this.#isReadingUser = true;
    try {
      this.#userId = checkedId(this.request.userId ?? undefined);
    } finally {
      this.#isReadingUser = false;
    }
    return this.#userId;
  }

  get targetingKey(): string | undefined {
    const id = this.userId;
    return typeof id === 'number' ? String(id) : id;
  }

  /** The other entries of the evaluation context: what a rule sees. */
  get attributes(): Attributes {
    // As with the user: a flag that the application's own function asks sees no attributes.
    if (this.#attributes !== undefined || this.#isReadingAttributes) return this.#attributes ?? NO_ATTRIBUTES;
    this.#isReadingAttributes = true;
    try {
      this.#attributes = this.request.attributes ?? NO_ATTRIBUTES;
    } finally {
      this.#isReadingAttributes = false;
    }
    return this.#attributes;
  }

  /** What `decide` sees. */
  get context(): DecideContext {
    this.#context ??= contextOf(this);
    return this.#context;
  }

  /** The answer that was given for a flag before: it is decided once. */
  told(flag: string): Evaluation | undefined {
    return this.#told?.of(flag);
  }

  tell(answer: Evaluation): void {
    this.#told = new Told(answer, this.#told);
  }

  /** Every answer so far, in order. */
  answers(): readonly Evaluation[] {
    return this.#told?.all() ?? [];
  }

  /** Another user on the same request, the same for the same id. */
  other(userId: UserId): Asker {
    this.#others ??= new Map();
    const key = String(userId);
    const other = this.#others.get(key) ?? new Asker(this.request, userId);
    this.#others.set(key, other);
    return other;
  }
}

function checkedId(id: unknown): UserId | undefined {
  if (id === undefined || isUserId(id)) return id;
  swallowRejection(id);
  throw new GatekeeperError('ERR_GK_USER_ID', `userId is ${quoted(id)}; an id is a string or a number`);
}

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
