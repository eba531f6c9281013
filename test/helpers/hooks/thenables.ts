import vm from 'node:vm';

const DOWN = 'the database is down';
const withThen = (then: unknown): object => Object.fromEntries([['then', then]]);
const fail = (): never => {
  throw new Error(DOWN);
};

/** Every kind of promise that a function may return. Each one that rejects would end the process if it were not handled. */
export const THENABLES: readonly { readonly what: string; readonly make: () => unknown }[] = [
  { what: 'a promise that rejects', make: async () => fail() },
  { what: 'a promise that rejects with null', make: () => Promise.reject(null) },
  { what: 'a promise that resolves', make: async () => ({ sub: 'u_1', plan: 'pro' }) },
  { what: 'a promise that never settles', make: () => new Promise(() => {}) },
  { what: 'a promise of another realm', make: () => vm.runInNewContext(`Promise.reject(new Error('${DOWN}'))`) },
  { what: 'an async function of another realm', make: () => vm.runInNewContext(`(async () => { throw 1; })()`) },
  { what: 'a promise of a library', make: () => new LibraryPromise(DOWN) },
  {
    what: 'a promise with its own then that throws',
    make: () => Object.assign(Promise.reject(DOWN), withThen(fail)),
  },
  { what: 'a promise whose then cannot be read', make: () => unreadable(Promise.reject(new Error(DOWN))) },
  { what: 'a promise whose then is undefined', make: () => Object.assign(Promise.reject(DOWN), withThen(undefined)) },
  { what: 'a thenable whose then throws', make: () => withThen(fail) },
  { what: 'a thenable whose then is async and rejects', make: () => withThen(async () => fail()) },
  {
    what: 'a thenable that fulfils with a promise that rejects',
    make: () => withThen((resolve: (value: unknown) => void) => resolve(Promise.reject(new Error(DOWN)))),
  },
  {
    what: 'a function with a then',
    make: () =>
      Object.assign(
        () => {},
        withThen(() => {}),
      ),
  },
];

function unreadable(promise: Promise<unknown>): Promise<unknown> {
  return Object.defineProperty(promise, 'then', { get: fail });
}

/** Works like promises of bluebird and zone.js: a rejection that is not handled by the next turn ends the process. */
class LibraryPromise {
  #isHandled = false;

  constructor(reason: unknown) {
    setImmediate(() => {
      if (!this.#isHandled) Promise.reject(reason);
    });
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one
  then(): LibraryPromise {
    this.#isHandled = true;
    return this;
  }
}
