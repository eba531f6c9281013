import type { Evaluation } from './evaluation.ts';

/** What somebody was told, newest first: a flag is decided once. Most requests ask few, so they are looked through. */
export class Told {
  readonly answer: Evaluation;
  readonly #before: Told | undefined;
  readonly #count: number;
  readonly #byFlag: Map<string, Evaluation> | undefined;

  constructor(answer: Evaluation, before: Told | undefined) {
    this.answer = answer;
    this.#before = before;
    this.#count = before === undefined ? 1 : before.#count + 1;
    const index = before === undefined ? undefined : before.#byFlag;
    this.#byFlag = index?.set(answer.flag, answer) ?? (this.#count === MANY ? this.#indexed() : undefined);
  }

  of(flag: string): Evaluation | undefined {
    if (this.#byFlag !== undefined) return this.#byFlag.get(flag);
    if (this.answer.flag === flag) return this.answer;
    for (let told = this.#before; told !== undefined; told = told.#before) {
      if (told.answer.flag === flag) return told.answer;
    }
    return undefined;
  }

  /** In order, each flag once: one that was asked again while it was being decided has its last answer. */
  all(): readonly Evaluation[] {
    return [...(this.#byFlag ?? this.#indexed()).values()];
  }

  #indexed(): Map<string, Evaluation> {
    const answers: Evaluation[] = [];
    for (let told: Told | undefined = this; told !== undefined; told = told.#before) answers.push(told.answer);
    return new Map(answers.reverse().map((answer) => [answer.flag, answer]));
  }
}

const MANY = 16;
