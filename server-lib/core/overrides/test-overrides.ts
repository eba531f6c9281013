import type { CompiledFlag } from '../flags/compiled-flag.ts';
import type { Evaluation } from '../flags/flag.ts';
import type { ResolvedOverrides } from './overrides.ts';

/** Returns the overrides that a test applies to the requests that begin now. */
export type TestOverrides = () => Readonly<Record<string, string | undefined>> | undefined;

interface TestState {
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly testOverrides: TestOverrides | undefined;
}

/** Keeps the overrides of the test that opened `gate`, for a gate that the test uses later. */
export function keepTestOverrides(gate: object, state: TestState): void {
  const overrides = state.testOverrides?.();
  if (overrides !== undefined) KEPT.set(gate, overrides);
}

/** `overrides` with those of the test; `undefined` if the test has none. A name that does not exist is ignored. */
export function withTestOverrides(
  gate: object,
  overrides: ResolvedOverrides,
  { testOverrides, flags }: TestState,
): ResolvedOverrides | undefined {
  const own = KEPT.get(gate) ?? testOverrides?.();
  if (own === undefined) return undefined;
  const applied = new Map<string, Evaluation>(overrides.applied);
  for (const [name, variant] of Object.entries(own)) {
    const evaluation = variant === undefined ? undefined : flags.get(name)?.evaluationFor('override', variant);
    if (evaluation !== undefined) applied.set(name, evaluation);
  }
  return { ...overrides, applied };
}

const KEPT = new WeakMap<object, Readonly<Record<string, string | undefined>>>();
