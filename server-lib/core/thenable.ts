/** What is to happen when a thenable settles: one of the two, at most once. Neither may throw. */
export interface SettleCallbacks {
  readonly rejected?: (reason: unknown) => void;
  readonly fulfilled?: () => void;
}

/**
 * Whether `value` is a promise or any other thenable. Its rejection is handled, so that it cannot end the process. Never
 * throws, and calls a foreign `then` once.
 *
 * Not `instanceof Promise`: a promise of another realm, of bluebird or of zone.js is an instance of another class, and an
 * async function's is one of the engine's own class, whatever the global `Promise` is by then.
 */
export function isThenable(
  value: unknown,
  { rejected = noop, fulfilled = noop }: SettleCallbacks = NO_CALLBACKS,
): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const then = readThen(value);
  if (then === undefined) return false;
  const [reject, fulfil] = firstCallOnly(rejected, fulfilled);
  if (subscribeToNative(value, fulfil, reject)) return true;
  if (then === UNREADABLE) return false; // nothing waits for what cannot even be looked at
  try {
    // A wrong implementation may fulfil with a promise, or may be async itself and reject on its own.
    const settle = (result: unknown): void => {
      if (!subscribeToNative(result, fulfil, reject)) fulfil(undefined);
    };
    subscribeToNative(Reflect.apply(then, value, [settle, reject]), noop, reject);
  } catch (reason) {
    reject(reason);
  }
  return true;
}

/** Handles the rejection of what may well be a thenable, such as a framework's application: no foreign `then` is called. */
export function handleRejection(value: unknown): void {
  if (typeof value === 'object' && value !== null && readThen(value) !== undefined)
    subscribeToNative(value, noop, noop);
}

type Callback = (value: unknown) => void;

const NO_CALLBACKS: SettleCallbacks = {};

// The engine's own, whatever stands in its place in the global `Promise`.
const { then: nativeThen } = Object.getPrototypeOf((async () => {})()) as Promise<unknown>;

/** Whether `value` is a promise of the engine, of this realm or another; only such a one lets the engine's `then` work. */
function subscribeToNative(value: unknown, fulfilled: Callback, rejected: Callback): boolean {
  try {
    Reflect.apply(nativeThen, value, [fulfilled, rejected]);
    return true;
  } catch {
    return false;
  }
}

function readThen(value: object): ((...args: unknown[]) => unknown) | undefined {
  try {
    const { then } = value as { readonly then?: unknown };
    if (typeof then === 'function') return then as (...args: unknown[]) => unknown;
    // Asking whether something is a promise costs an exception if it is none, so only what hides its `then` is asked.
    return Object.hasOwn(value, 'then') ? UNREADABLE : undefined;
  } catch {
    return UNREADABLE;
  }
}

function UNREADABLE(): void {}

/** The two callbacks, of which the first call counts and no other. */
function firstCallOnly(...callbacks: readonly [Callback, Callback]): readonly [Callback, Callback] {
  let isSettled = false;
  const once =
    (callback: Callback): Callback =>
    (value) => {
      if (isSettled) return;
      isSettled = true;
      callback(value);
    };
  return [once(callbacks[0]), once(callbacks[1])];
}

function noop(): void {}
