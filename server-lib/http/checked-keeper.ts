import { GatekeeperError, quoted } from '../core/gatekeeper-error.ts';

/**
 * Throws a {@link GatekeeperError} unless `value` is what `createGatekeeper` returns, so that `gatekeeper(flags)` and
 * `manifestRoute()` fail where they are written and not at each request. By its methods, because an application may
 * hold two copies of this package.
 */
export function checkKeeper(handler: string, value: unknown): void {
  const keeper = value as { readonly gateFor?: unknown; readonly manifestFor?: unknown } | null | undefined;
  if (typeof keeper?.gateFor === 'function' && typeof keeper.manifestFor === 'function') return;
  const got = value === undefined ? 'nothing' : quoted(value);
  const what = `${handler}: expected a keeper, ${handler}(createGatekeeper({ flags })); got ${got}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', what);
}

/**
 * Makes `app.use(gatekeeper)`, without the call, fail at once: Express and Connect look for `handle` on what they mount.
 */
export function refuseUncalled(handler: (...args: never[]) => unknown): void {
  Object.defineProperty(handler, 'handle', {
    get(): never {
      const { name } = handler;
      throw new GatekeeperError(
        'ERR_GK_OPTIONS',
        `${name} is mounted without a keeper: write app.use(${name}(keeper))`,
      );
    },
  });
}
