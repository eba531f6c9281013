import type { Evaluation } from './evaluation.ts';

/** What somebody was told: a flag is decided once. */
export interface Told {
  of(flag: string): Evaluation | undefined;
  /** The same and one answer more. */
  and(answer: Evaluation): Told;
  /** In order, each flag once: one that was asked again while it was being decided has its last answer. */
  all(): readonly Evaluation[];
}

/** Most requests ask few flags: a list, newest first, that is looked through. */
export class FewTold implements Told {
  readonly answer: Evaluation;
  readonly before: FewTold | undefined;
  readonly count: number;

  constructor(answer: Evaluation, before: FewTold | undefined, count: number) {
    this.answer = answer;
    this.before = before;
    this.count = count;
  }

  of(flag: string): Evaluation | undefined {
    if (this.answer.flag === flag) return this.answer;
    for (let { before } = this; before !== undefined; before = before.before) {
      if (before.answer.flag === flag) return before.answer;
    }
    return undefined;
  }

  and(answer: Evaluation): Told {
    return this.count < MANY ? new FewTold(answer, this, this.count + 1) : new ManyTold([...this.all(), answer]);
  }

  all(): readonly Evaluation[] {
    const answers: Evaluation[] = [];
    for (let told: FewTold | undefined = this; told !== undefined; told = told.before) {
      const { flag } = told.answer;
      if (!answers.some((later) => later.flag === flag)) answers.push(told.answer);
    }
    return answers.reverse();
  }
}

class ManyTold implements Told {
  readonly #byFlag: Map<string, Evaluation>;

  constructor(answers: readonly Evaluation[]) {
    this.#byFlag = new Map(answers.map((answer) => [answer.flag, answer]));
  }

  of(flag: string): Evaluation | undefined {
    return this.#byFlag.get(flag);
  }

  and(answer: Evaluation): Told {
    this.#byFlag.set(answer.flag, answer);
    return this;
  }

  all(): readonly Evaluation[] {
    return [...this.#byFlag.values()];
  }
}

const MANY = 16;
