/** Whether this is `npm run test:deep`, which runs every row of every table. */
export const IS_DEEP = process.env.GATEKEEPER_DEEP === '1';

/** `count` rows of a table at equal distances, with the first and the last; all rows in `npm run test:deep`. */
export function sampled<Row>(table: readonly Row[], count: number): readonly Row[] {
  if (IS_DEEP || table.length <= count) return table;
  const step = (table.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, at) => table[Math.round(at * step)] as Row);
}
