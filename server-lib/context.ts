import { AsyncLocalStorage } from 'node:async_hooks';
import type { Gate } from './index.ts';

/**
 * The gate of the current request, for code far from it; `undefined` outside of `runWithGate`. Use `req.gk` where you have
 * the request.
 */
export function currentGate(): Gate | undefined {
  return storage.getStore();
}

/**
 * Calls `callback`, and everything that it starts, with `gate` as the current gate; returns its result. In a middleware:
 * `app.use((req, res, next) => runWithGate(req.gk, next))`.
 */
export function runWithGate<Result>(gate: object, callback: () => Result): Result {
  return storage.run(gate as Gate, callback);
}

// A program may have two copies of this module, for `import` and for `require`.
const KEY = Symbol.for('gatekeeper-flags.current-gate');
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Gate> };
shared[KEY] ??= new AsyncLocalStorage<Gate>();
const storage: AsyncLocalStorage<Gate> = shared[KEY];
