/** `navigator.locks` of one origin, as an extension's world sees it in Firefox: its promises cannot be awaited there. */
export class FakeLocks {
  /** The names of the locks that were asked for. */
  readonly requested: string[] = [];
  /** `true`: the browser gives no locks, as where it keeps no cookies. */
  isDenied = false;
  /** `true`: an aborted request gets its lock all the same, as in a browser that is late to hear of it. */
  ignoresSignals = false;
  #last: Promise<unknown> = Promise.resolve();

  /** Holds the lock until the function returned is called. */
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
    aborted.catch(() => {}); // where the signal is ignored, nobody waits for it
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

  // biome-ignore lint/suspicious/noThenProperty: what stands here is why nobody may await this
  get then(): never {
    throw new Error('Permission denied to access property "then"');
  }

  catch(onRejected: (reason: unknown) => void): void {
    this.#promise.catch(onRejected);
  }
}
