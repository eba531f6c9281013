import { isUserId } from './define-flags.ts';
import type { Evaluation } from './evaluation.ts';
import type { Attributes, DecideContext, HostApp, HostRequest, HostSession, UserId } from './flag.ts';
import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, quoted } from './gatekeeper-error.ts';
import { swallowRejection } from './report.ts';

/** Whom a flag is decided for, on one request: the request's own user, or another whom the application asks about. */
export interface Asker {
  readonly targetingKey: string | undefined;
  /** The other entries of the evaluation context: what a rule sees. */
  readonly attributes: Attributes;
  /** What `decide` sees. */
  readonly context: DecideContext;
  /** The answers given so far: a flag is decided once. */
  readonly pinned: Map<string, Evaluation>;
}

/** A user whom the application asks about by id. */
export class AnotherUser implements Asker {
  readonly pinned: Map<string, Evaluation> = new Map();
  readonly targetingKey: string;
  readonly context: DecideContext;

  constructor(request: GateRequest, userId: UserId) {
    this.targetingKey = String(userId);
    this.context = decideContext(request, () => userId);
  }

  get attributes(): Attributes {
    return this.context.attributes;
  }
}

/** The request's own user, read when a flag first needs it: the login middleware may run after ours. */
export class RequestUser implements Asker {
  readonly pinned: Map<string, Evaluation> = new Map();
  readonly #request: GateRequest;
  #userId: UserId | undefined;
  #context: DecideContext | undefined;
  #reading = false;

  constructor(request: GateRequest) {
    this.#request = request;
  }

  /** Throws what the application's `userId` throws, and for an id that is neither a string nor a number. */
  get targetingKey(): string | undefined {
    const id = this.#id();
    return id === undefined ? undefined : String(id);
  }

  get context(): DecideContext {
    this.#context ??= decideContext(this.#request, () => this.#id());
    return this.#context;
  }

  get attributes(): Attributes {
    return this.context.attributes;
  }

  // Nobody signed in is not remembered: a flag may be asked before the login middleware, and another after it.
  #id(): UserId | undefined {
    if (this.#userId === undefined && !this.#reading) this.#userId = this.#read();
    return this.#userId;
  }

  // While the application's own function runs, a flag that it asks sees nobody: the question must not ask itself.
  #read(): UserId | undefined {
    this.#reading = true;
    try {
      const id = this.#request.userId ?? undefined;
      if (id === undefined || isUserId(id)) return id;
      swallowRejection(id);
      throw new GatekeeperError('ERR_GK_USER_ID', `userId is ${quoted(id)}; an id is a string or a number`);
    } finally {
      this.#reading = false;
    }
  }
}

const NO_ATTRIBUTES: Attributes = Object.freeze(Object.create(null));

function decideContext(request: GateRequest, userId: () => UserId | undefined): DecideContext {
  let attributes: Attributes | undefined;
  let reading = false;
  return {
    get userId() {
      return userId();
    },
    get attributes() {
      // As with the user: a flag that the application's own function asks sees no attributes.
      if (attributes !== undefined || reading) return attributes ?? NO_ATTRIBUTES;
      reading = true;
      try {
        attributes = request.attributes ?? NO_ATTRIBUTES;
      } finally {
        reading = false;
      }
      return attributes;
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
