import type { Subject } from '../subject.ts';
import { contextObject } from './context.ts';
import type { LoopScope, Scope } from './expression.ts';

/**
 * One run of `map`, `some` and the like: where `var` inside it finds what is around it. Each `../` goes one further: to the
 * list, then to what `var` sees around the loop, then to the list of the loop around it.
 */
export class Loop implements LoopScope {
  readonly #list: unknown;
  readonly #outerData: unknown;
  readonly #outerScope: Scope;
  readonly #flagKey: string;
  #context: object | undefined;
  /** The item's place, in loops that tell it: `../index`. */
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
