/** `navigator.locks` of one origin, as in an extension's world in Firefox, where its promises cannot be awaited. */
export class FakeLocks {
  /** The names of the requested locks. */
  readonly requested: string[] = [];
  /** `true`: the browser denies locks, as it does when it blocks cookies. */
  isDenied = false;
  /** `true`: an aborted request still gets its lock, as in a browser that handles the abort too late. */
  ignoresSignals = false;
  #last: Promise<unknown> = Promise.resolve();

  /** Holds the lock until the returned function is called. */
  hold(): () => void {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#last = this.#last.then(() => held);
    return release;
  }

  request(
    name: string,
    { signal }: { readonly signal: AbortSignal },
    callback: () => unknown,
  ): { catch(onRejected: (reason: unknown) => void): void } {
    this.requested.push(name);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    aborted.catch(() => {}); // if signals are ignored, no code waits for it
    const granted = this.#last.then(() => {
      if (this.isDenied) throw new Error('The request was denied.');
      return signal.aborted && !this.ignoresSignals ? undefined : callback();
    });
    this.#last = granted.catch(() => {});
    return new PagePromise(this.ignoresSignals ? granted : Promise.race([granted, aborted]));
  }
}

class PagePromise {
  readonly #promise: Promise<unknown>;

  constructor(promise: Promise<unknown>) {
    this.#promise = promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: in Firefox, reading "then" throws, so the promise cannot be awaited
  get then(): never {
    throw new Error('Permission denied to access property "then"');
  }

  catch(onRejected: (reason: unknown) => void): void {
    this.#promise.catch(onRejected);
  }
}
