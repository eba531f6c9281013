import { expect, test } from 'vitest';
import { runNode } from '../helpers/processes/process.ts';

// Separate programs: registered flags and host types are global, and would change the types in every other test.
test.each([
  { what: 'the type of req.gk has the flags that an application registers', program: 'registered' },
  {
    what: 'the adapters of two frameworks can be in one program, and decide has the types of both',
    program: 'two-hosts',
  },
  { what: "the keys of the OpenFeature SDK's client are those of an application's flags", program: 'openfeature' },
])(
  '$what',
  async ({ program }) => {
    const tsc = 'node_modules/typescript/bin/tsc';
    const ended = await runNode([tsc, '-p', `test/types/${program}`, '--pretty', 'false']);

    expect(ended).toEqual({ code: 0, output: '' });
  },
  60_000,
);
