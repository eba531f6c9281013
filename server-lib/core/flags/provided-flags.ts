import type { FlagValue } from '../../wire/manifest.ts';
import type { Attributes } from './flag.ts';

/** How another library evaluates a flag for a request. */
export interface ProvidedEvaluation {
  /** `undefined` if the library's result is none of the variants in the flag's definition, or an error. */
  readonly variant?: string | undefined;
  /** Default: the value of the variant in the flag's definition. */
  readonly value?: FlagValue | undefined;
  readonly reason: string;
  readonly errorCode?: string | undefined;
}

/** The request that another library evaluates a flag for. */
export interface ProvidedRequest<HostGate = unknown> extends UserContext {
  readonly gate: HostGate;
  /** Whether a client has named the user and the attributes, and no others of the request count. */
  readonly isCaller?: boolean;
}

/** The user and the attributes of a request. A function of the application that fails counts as absent. */
export interface UserContext {
  readonly targetingKey: string | undefined;
  readonly attributes: Attributes;
}

/** Evaluates a flag for a request, in place of the keeper. `undefined` if it does not know the flag. */
export type FlagProvider<HostGate = unknown> = (
  flag: string,
  request: ProvidedRequest<HostGate>,
) => Promise<ProvidedEvaluation | undefined>;

/**
 * The evaluations of flags by the first of `providers` that knows the flag and does not fail. Flags that no provider knows
 * are not there. Waits for at most two seconds, because a client waits five for a manifest. Never rejects.
 */
export async function evaluateProvided(
  providers: Iterable<FlagProvider>,
  flags: readonly { readonly name: string }[],
  request: ProvidedRequest,
): Promise<ReadonlyMap<string, ProvidedEvaluation>> {
  const found = new Map(flags.map(({ name }) => [name, FAILED]));
  const all = [...providers];
  const evaluated = flags.map(async ({ name }) => {
    const evaluation = await firstSuccess(all, name, request);
    if (evaluation === undefined) found.delete(name);
    else found.set(name, evaluation);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, MAX_WAIT_MS);
  });
  await Promise.race([Promise.all(evaluated), timeout]);
  clearTimeout(timer);
  return new Map(found); // a later result must not change it
}

const MAX_WAIT_MS = 2_000;

const FAILED: ProvidedEvaluation = { reason: 'ERROR', errorCode: 'GENERAL' };

async function firstSuccess(
  providers: readonly FlagProvider[],
  flag: string,
  request: ProvidedRequest,
): Promise<ProvidedEvaluation | undefined> {
  let failed: ProvidedEvaluation | undefined;
  for (const provider of providers) {
    const evaluation = await evaluateSafely(() => provider(flag, request));
    if (evaluation !== undefined && evaluation.errorCode === undefined) return evaluation;
    failed ??= evaluation;
  }
  return failed;
}

async function evaluateSafely(
  evaluate: () => Promise<ProvidedEvaluation | undefined>,
): Promise<ProvidedEvaluation | undefined> {
  try {
    return await evaluate();
  } catch {
    return FAILED;
  }
}
