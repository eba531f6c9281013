import { shown } from '../rules/schema-problem.ts';

/**
 * What to know about a `fractional` whose weights are numbers that do not add up to 100. They are relative, so nobody is
 * left over: `[["ON", 10]]` is everybody. Weights that are all alike, or left out, are equal shares.
 */
export function weightWarning(entries: readonly unknown[]): string | undefined {
  const shares = entries.map((entry) =>
    Array.isArray(entry) ? { variant: entry[0], weight: entry[1] ?? 1 } : undefined,
  );
  const [first, ...others] = shares;
  if (first === undefined || shares.some((share) => typeof share?.weight !== 'number')) return undefined;
  const weights = shares.map((share) => Math.max(0, Number(share?.weight)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return 'its weights add up to 0, so nobody gets any of its shares';
  const isAlike = others.length > 0 && others.every((share) => share?.weight === first.weight);
  const isEverybody = others.length === 0 && entries[0] !== undefined && (entries[0] as unknown[]).length === 1;
  if (total === 100 || isAlike || isEverybody) return undefined;
  const largest = weights.indexOf(Math.max(...weights.slice(0, MOST_SHARES)));
  const percent = Number(((100 * (weights[largest] as number)) / total).toFixed(2));
  const example = `${shown(shares[largest]?.variant)} gets ${weights[largest]} of ${total}, ${percent} % of the users`;
  return `its weights add up to ${total}, not 100; weights are relative, so nobody is left over: ${example}`;
}

const MOST_SHARES = 1_000;
