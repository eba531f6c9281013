/** What `run` gives while every object seems to have `fields`: what a careless merge of foreign JSON does to a process. */
export function withPollutedPrototype<Result>(fields: Readonly<Record<string, unknown>>, run: () => Result): Result {
  const prototype = Object.prototype as unknown as Record<string, unknown>;
  Object.assign(prototype, fields);
  try {
    return run();
  } finally {
    for (const name of Object.keys(fields)) delete prototype[name];
  }
}
