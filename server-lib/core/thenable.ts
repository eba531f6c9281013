/**
 * Whether `value` is a promise or any other thenable. Its rejection is handled, so that it cannot end the process;
 * `onRejected`, which must not throw, is called at most once, with the reason. Never throws, and calls a foreign `then`
 * once.
 *
 * Not `instanceof Promise`: a promise of another realm, of bluebird or of zone.js is an instance of another class, and an
 * async function's is one of the engine's own class, whatever the global `Promise` is by then.
 */
export function isThenable(value: unknown, onRejected: (reason: unknown) => void = ignore): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const reject = once(onRejected);
  if (isNative(value, reject)) return true;
  const then = thenOf(value);
  if (then === undefined) return false;
  try {
    // A wrong implementation may fulfil with a promise, or may be async itself and reject on its own.
    const returned: unknown = Reflect.apply(then, value, [(result: unknown) => isNative(result, reject), reject]);
    isNative(returned, reject);
  } catch (reason) {
    reject(reason);
  }
  return true;
}

// The engine's own, whatever stands in its place in the global `Promise`.
const { then: nativeThen } = Object.getPrototypeOf((async () => {})()) as Promise<unknown>;

/** Whether `value` is a promise of the engine, of this realm or another; only such a one lets the engine's `then` work. */
function isNative(value: unknown, onRejected: (reason: unknown) => void): boolean {
  try {
    Reflect.apply(nativeThen, value, [ignore, onRejected]);
    return true;
  } catch {
    return false;
  }
}

function thenOf(value: object): ((...args: unknown[]) => unknown) | undefined {
  try {
    const { then } = value as { readonly then?: unknown };
    return typeof then === 'function' ? (then as (...args: unknown[]) => unknown) : undefined;
  } catch {
    return undefined; // nothing waits for what cannot even be looked at
  }
}

function once(onRejected: (reason: unknown) => void): (reason: unknown) => void {
  let isCalled = false;
  return (reason) => {
    if (isCalled) return;
    isCalled = true;
    onRejected(reason);
  };
}

function ignore(): void {}
