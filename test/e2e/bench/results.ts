/** One line of the table. */
export interface Result {
  readonly browser: string;
  readonly what: string;
  readonly ms: number;
  readonly limit: number | undefined;
}

/** The results as a table in Markdown. */
export function tableOf(results: readonly Result[]): string {
  const lines = results.map(
    ({ browser, what, ms, limit }) => `| ${browser} | ${what} | ${ms.toFixed(1)} | ${limit ?? ''} |`,
  );
  return ['| browser | what | ms | at most |', '| --- | --- | ---: | ---: |', ...lines].join('\n');
}
