/** Callbacks for a thenable that settles. One of the two is called, at most once. Neither may throw. */
export interface SettleCallbacks {
  readonly rejected?: (reason: unknown) => void;
  readonly fulfilled?: () => void;
}

/** Whether `value` is a promise or another thenable. Its rejection is handled, as by {@link observePromise}. */
export function isThenable(value: unknown): boolean {
  return observePromise(value, NO_CALLBACKS);
}

/**
 * Subscribes to `value` if it is a promise or another thenable, and returns whether it is one. Handles its rejection, so
 * that it cannot end the process. Never throws, and calls a foreign `then` once.
 *
 * Not `instanceof Promise`: a promise of another realm, of bluebird or of zone.js is an instance of another class, and an
 * async function's promise is one of the engine's own class, even if the global `Promise` was replaced.
 */
export function observePromise(
  value: unknown,
  { rejected = noop, fulfilled = noop }: SettleCallbacks = NO_CALLBACKS,
): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const then = readThen(value);
  if (then === undefined) return false;
  const [reject, fulfil] = firstCallOnly(rejected, fulfilled);
  if (subscribeToNative(value, fulfil, reject)) return true;
  if (then === UNREADABLE) return false; // nothing can wait for it
  try {
    // A faulty `then` may fulfil with a promise, or may be async and reject.
    const settle = (result: unknown): void => {
      if (!subscribeToNative(result, fulfil, reject)) fulfil(undefined);
    };
    subscribeToNative(Reflect.apply(then, value, [settle, reject]), noop, reject);
  } catch (reason) {
    reject(reason);
  }
  return true;
}

/** Handles the rejection of a native promise. Calls no foreign `then`: a framework's application may be a thenable. */
export function handleRejection(value: unknown): void {
  if (typeof value === 'object' && value !== null && readThen(value) !== undefined)
    subscribeToNative(value, noop, noop);
}

/** Calls `use` with a result of ours: at once, or when its promise is fulfilled. */
export function whenComplete<Value extends object, Result>(
  value: Value | Promise<Value>,
  use: (complete: Value) => Result,
): Result | Promise<Result> {
  return isNativePromise(value) ? value.then(use) : use(value);
}

// Neither `instanceof` nor `'then' in value`: the global `Promise` may be replaced, and Object.prototype polluted.
function isNativePromise<Value extends object>(value: Value | Promise<Value>): value is Promise<Value> {
  return Object.prototype.toString.call(value) === '[object Promise]';
}

type Callback = (value: unknown) => void;

const NO_CALLBACKS: SettleCallbacks = {};

// The engine's own `then`, even if the global `Promise` was replaced.
const { then: nativeThen } = Object.getPrototypeOf((async () => {})()) as Promise<unknown>;

/** Subscribes to a native promise, of this realm or another. `false` for other values: the native `then` throws for them. */
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
    // Only a value that hides its `then` is checked further: the check costs an exception if it is not a promise.
    return Object.hasOwn(value, 'then') ? UNREADABLE : undefined;
  } catch {
    return UNREADABLE;
  }
}

function UNREADABLE(): void {}

/** The two callbacks, of which only the first call has an effect. */
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
