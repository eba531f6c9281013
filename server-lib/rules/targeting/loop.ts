import type { Subject } from '../subject.ts';
import { contextObject } from './context.ts';
import type { LoopScope, Scope } from './expression.ts';

/**
 * One run of `map`, `some` or another loop. Each `../` in a path goes one step further out: to the list, then to the item or
 * context around the loop, then to the list of the outer loop.
 */
export class Loop implements LoopScope {
  readonly #list: unknown;
  readonly #outerData: unknown;
  readonly #outerScope: Scope;
  readonly #flagKey: string;
  #context: object | undefined;
  /** The item's index, for `../index`; only `map` and `filter` have one. */
  index: number | undefined;

  constructor(list: unknown, outerData: unknown, outerScope: Scope, flagKey: string) {
    this.#list = list;
    this.#outerData = outerData;
    this.#outerScope = outerScope;
    this.#flagKey = flagKey;
    this.index = undefined;
  }

  get first(): unknown {
    return this.index === undefined ? this.#list : { iterator: this.#list, index: this.index };
  }

  get around(): unknown {
    if (this.#outerScope instanceof Loop) return this.#outerData;
    this.#context ??= contextObject(this.#outerData, this.#outerScope as Subject, this.#flagKey);
    return this.#context;
  }

  get outer(): Loop | undefined {
    return this.#outerScope instanceof Loop ? this.#outerScope : undefined;
  }
}
