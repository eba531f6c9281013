/** Calls `run` while `Object.prototype` has `fields`, as after an unsafe merge of untrusted JSON; returns its result. */
export function withPollutedPrototype<Result>(fields: Readonly<Record<string, unknown>>, run: () => Result): Result {
  const prototype = Object.prototype as unknown as Record<string, unknown>;
  Object.assign(prototype, fields);
  try {
    return run();
  } finally {
    for (const name of Object.keys(fields)) delete prototype[name];
  }
}
