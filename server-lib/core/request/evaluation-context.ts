import { isJsonObject } from '../../wire/untrusted-json.ts';
import { type AdapterRequest, readField, readUserId } from '../adapter-request.ts';
import { callHook, callHookRaw, HookError, requireSync, toHookError } from '../errors.ts';
import type {
  Attributes,
  DecideContext,
  Evaluation,
  HostApp,
  HostRequest,
  HostSession,
  UserId,
} from '../flags/flag.ts';
import { isThenable } from '../thenable.ts';
import { isUserId, kindOf } from '../values.ts';

/**
 * Whom a flag is decided for, on one request: the request's own user, read when a flag first needs it (the login
 * middleware may run after ours), or another whom the application asks about by id.
 */
export class EvaluationContext {
  readonly request: AdapterRequest;
  private pinned: PinnedEvaluations | undefined;
  protected cachedKey: string | typeof READING | undefined;
  private cachedNumber: number | undefined;
  private cachedAttributes: Attributes | undefined;
  private cachedDecideContext: DecideContext | undefined;
  private reads: number;
  private reportedErrors: Set<string> | undefined;

  constructor(request: AdapterRequest) {
    this.request = request;
    this.pinned = undefined;
    this.cachedKey = undefined;
    this.cachedNumber = undefined;
    this.cachedAttributes = undefined;
    this.cachedDecideContext = undefined;
    this.reads = 0;
    this.reportedErrors = undefined;
  }

  /** Another user on the same request. `null` is a visitor who is not signed in; reading an invalid id throws. */
  forUser(userId: unknown): OtherUserContext {
    return new OtherUserContext(this.request, userId);
  }

  /** Whether a failure is new on this request: a flag may be evaluated again, with no overrides in force. */
  isFirstError(flag: string, code: string): boolean {
    this.reportedErrors ??= new Set();
    const { size } = this.reportedErrors;
    return this.reportedErrors.add(`${flag} ${code}`).size > size;
  }

  /** How many of the application's functions are being asked about this user at this moment. */
  get pendingReads(): number {
    return this.reads;
  }

  /** `userId` as text. Throws a `HookFailure` if the application's `userId` throws, or returns an invalid id. */
  get targetingKey(): string | undefined {
    // Nobody signed in is not remembered: a flag may be asked before the login middleware, and another after it.
    const key = this.cachedKey;
    return key === undefined ? this.readTargetingKey() : key === READING ? undefined : key;
  }

  /** As the application named it; throws as `targetingKey` does. */
  get userId(): UserId | undefined {
    const key = this.targetingKey;
    return this.cachedNumber ?? key;
  }

  // While the application's own function runs, a flag that it asks sees nobody: the question must not ask itself.
  protected readTargetingKey(): string | undefined {
    let key: string | undefined;
    this.cachedKey = READING;
    this.reads += 1;
    try {
      const id: unknown = readUserId(this.request);
      key = typeof id === 'string' ? id : this.toTargetingKey(requireSync('userId', 'ERR_GK_USER_ID', id) ?? undefined);
    } catch (cause) {
      throw toHookError('userId', 'ERR_GK_USER_ID', cause);
    } finally {
      this.cachedKey = key;
      this.reads -= 1;
    }
    return key;
  }

  protected toTargetingKey(id: unknown): string | undefined {
    if (id === undefined) return undefined;
    if (!isUserId(id)) {
      const kind = isThenable(id) ? 'a promise' : kindOf(id);
      throw new HookError('ERR_GK_USER_ID', `userId must be a string or a number; got ${kind}`);
    }
    if (typeof id === 'number') this.cachedNumber = id;
    return String(id);
  }

  /** The other entries of the evaluation context: what a rule sees. */
  get attributes(): Attributes {
    return this.cachedAttributes ?? this.readAttributes();
  }

  // As with the user: a flag that the application's own function asks sees no attributes.
  private readAttributes(): Attributes {
    let attributes: Attributes | undefined;
    this.cachedAttributes = NO_ATTRIBUTES;
    this.reads += 1;
    try {
      const evaluation: unknown = callHook('attributes', 'ERR_GK_ATTRIBUTES', () =>
        readField(this.request, 'attributes'),
      );
      if (evaluation !== undefined && !isJsonObject(evaluation)) {
        throw new HookError('ERR_GK_ATTRIBUTES', `attributes must be an object; got ${kindOf(evaluation)}`);
      }
      attributes = evaluation ?? NO_ATTRIBUTES;
    } finally {
      this.cachedAttributes = attributes;
      this.reads -= 1;
    }
    return attributes;
  }

  get session(): HostSession {
    return callHook('session', 'ERR_GK_SESSION', () => readField(this.request, 'session')) as HostSession;
  }

  /** What `decide` sees. */
  get decideContext(): DecideContext {
    this.cachedDecideContext ??= createDecideContext(this);
    return this.cachedDecideContext;
  }

  /** The answer that was given for a flag before: it is decided once. */
  pinnedEvaluation(flag: string): Evaluation | undefined {
    return this.pinned?.get(flag);
  }

  pin(evaluation: Evaluation): void {
    const before = this.pinned;
    this.pinned = before === undefined ? new FewPinned(evaluation, undefined, 1) : before.pin(evaluation);
  }

  /** Every answer so far, in order. */
  evaluations(): readonly Evaluation[] {
    return this.pinned?.list() ?? [];
  }
}

/** A user named by id, or nobody: the request's own user is not looked at. */
export class OtherUserContext extends EvaluationContext {
  /** Why the id cannot be used. */
  readonly error: HookError | undefined;

  constructor(request: AdapterRequest, userId: unknown) {
    super(request);
    this.error = undefined;
    if (userId === null) return;
    try {
      this.cachedKey = this.toTargetingKey(userId);
    } catch (failure) {
      this.error = failure as HookError;
    }
  }

  protected override readTargetingKey(): undefined {
    if (this.error !== undefined) throw this.error;
    return undefined;
  }
}

const READING: unique symbol = Symbol('reading');
const NO_ATTRIBUTES: Attributes = Object.freeze(Object.create(null));

// An object with getters of its own, which `decide` may spread.
function createDecideContext(context: EvaluationContext): DecideContext {
  const { request } = context;
  return {
    get userId() {
      return context.userId;
    },
    get attributes() {
      return context.attributes;
    },
    get session() {
      return context.session;
    },
    get request() {
      return callHookRaw('request', 'ERR_GK_REQUEST', () => readField(request, 'request')) as HostRequest;
    },
    get app() {
      return callHookRaw('app', 'ERR_GK_REQUEST', () => readField(request, 'app')) as HostApp;
    },
  };
}

/** What somebody was told: a flag is decided once. */
export interface PinnedEvaluations {
  get(flag: string): Evaluation | undefined;
  /** The same and one answer more. */
  pin(evaluation: Evaluation): PinnedEvaluations;
  /** In order, each flag once: one that was asked again while it was being decided has its last answer. */
  list(): readonly Evaluation[];
}

/** Most requests ask few flags: a list, newest first, that is looked through. */
class FewPinned implements PinnedEvaluations {
  readonly evaluation: Evaluation;
  readonly previous: FewPinned | undefined;
  readonly count: number;

  constructor(evaluation: Evaluation, before: FewPinned | undefined, count: number) {
    this.evaluation = evaluation;
    this.previous = before;
    this.count = count;
  }

  get(flag: string): Evaluation | undefined {
    if (this.evaluation.flag === flag) return this.evaluation;
    for (let { previous } = this; previous !== undefined; previous = previous.previous) {
      if (previous.evaluation.flag === flag) return previous.evaluation;
    }
    return undefined;
  }

  pin(evaluation: Evaluation): PinnedEvaluations {
    return this.count < MANY
      ? new FewPinned(evaluation, this, this.count + 1)
      : new ManyPinned([...this.list(), evaluation]);
  }

  list(): readonly Evaluation[] {
    const answers: Evaluation[] = [];
    for (let logged: FewPinned | undefined = this; logged !== undefined; logged = logged.previous) {
      const { flag } = logged.evaluation;
      if (!answers.some((later) => later.flag === flag)) answers.push(logged.evaluation);
    }
    return answers.reverse();
  }
}

class ManyPinned implements PinnedEvaluations {
  readonly #byFlag: Map<string, Evaluation>;

  constructor(answers: readonly Evaluation[]) {
    this.#byFlag = new Map(answers.map((evaluation) => [evaluation.flag, evaluation]));
  }

  get(flag: string): Evaluation | undefined {
    return this.#byFlag.get(flag);
  }

  pin(evaluation: Evaluation): PinnedEvaluations {
    this.#byFlag.set(evaluation.flag, evaluation);
    return this;
  }

  list(): readonly Evaluation[] {
    return [...this.#byFlag.values()];
  }
}

const MANY = 16;
