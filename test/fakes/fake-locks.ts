/** `navigator.locks` of one origin, as an extension's world sees it in Firefox: its promises cannot be awaited there. */
export class FakeLocks {
  /** The names of the locks that were asked for. */
  readonly requested: string[] = [];
  /** `true`: the browser gives no locks, as where it keeps no cookies. */
  isDenied = false;
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

  request(name: string, callback: () => unknown): { catch(onRejected: (reason: unknown) => void): void } {
    this.requested.push(name);
    const granted = this.isDenied ? Promise.reject(new Error('The request was denied.')) : this.#last.then(callback);
    this.#last = granted.catch(() => {});
    return new PagePromise(granted);
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
