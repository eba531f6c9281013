import { type ChunkResult, TARGET_NAMES, type TargetName } from './chunk.ts';

/** The inputs that a run has tested so far, and the failures. */
export class Progress {
  readonly failed: ChunkResult[] = [];
  readonly #start = performance.now();
  readonly #done: Record<TargetName, number> = { cookies: 0, manifests: 0, grants: 0 };
  readonly #busy: Record<TargetName, number> = { cookies: 0, manifests: 0, grants: 0 };

  add(result: ChunkResult): void {
    this.#done[result.chunk.target] += result.done;
    this.#busy[result.chunk.target] += result.milliseconds;
    if (result.failure !== undefined) this.failed.push(result);
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1_000;
  }

  /** One line of counts; the rate is for one core. */
  get line(): string {
    const parts = TARGET_NAMES.filter((target) => this.#done[target] > 0).map((target) => {
      const rate = Math.round((1_000 * this.#done[target]) / this.#busy[target]);
      return `${this.#done[target].toLocaleString('en')} ${target} (${rate.toLocaleString('en')}/s a core)`;
    });
    return `${this.seconds.toFixed(0)} s: ${parts.join(', ')}; ${this.failed.length} failures`;
  }
}
