import { didYouMean } from '../../core/values.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { parseUrl } from '../../wire/untrusted-json.ts';
import { type Command, hasOption, type Outcome, optionValue } from '../command.ts';
import type { Limits } from '../conform/exchange.ts';
import { CAPABILITIES, type Description, FIXTURE } from '../conform/fixture.ts';
import type { Result } from '../conform/run-checks.ts';
import { CommandError, EXIT } from '../exit.ts';
import { type Colors, formatTable } from '../terminal.ts';

export const conform: Command = {
  name: 'conform',
  positionals: ['[url]'],
  summary: 'checks whether a back end follows the protocol',
  help: [
    'Sends requests to the fixture of docs/conformance.md, an application that a back end in any language builds for this, and prints a table of what it promises and keeps. Exits with 0 if every check passed or is not possible there, with 1 if one failed.',
  ],
  options: {
    capabilities: {
      value: 'names',
      help: 'runs only these: manifest,overrides,users,… or single checks, caches.error',
    },
    fixture: { help: 'prints the fixture’s flags, rules, grants and headers as JSON, without a URL' },
  },
  examples: [
    ['conform http://127.0.0.1:5000', 'runs all checks'],
    [
      'conform http://127.0.0.1:5000 --capabilities manifest,caches.error',
      'runs the checks of the manifest, and one of caches',
    ],
  ],
  async run(invocation) {
    if (hasOption(invocation, 'fixture')) {
      return { exitCode: EXIT.ok, lines: [JSON.stringify(FIXTURE, undefined, 2)], json: FIXTURE };
    }
    const url = readUrl(invocation.positionals[0]);
    // The checks and their vectors are loaded only here, so that the other commands start as fast as before.
    const { describeFixture, NAMES, runChecks } = await import('../conform/run-checks.ts');
    const names = readNames(optionValue(invocation, 'capabilities'), NAMES);
    const description = await describeFixture(url, LIMITS);
    if ('problem' in description) {
      const where = sanitize(`${url.origin}${url.pathname.replace(/\/*$/, '/conformance')}`);
      const what = `${where} is not a fixture (docs/conformance.md): ${description.problem}`;
      throw new CommandError(EXIT.unreachable, what);
    }
    const results = await runChecks(description, {
      limits: LIMITS,
      ...(names !== undefined && { names }),
      onProgress: ({ capability, at, of }) => invocation.progress(capability, `${at} of ${of}`),
    });
    return outcome(description, results, { url, colors: invocation.colors });
  },
};

const LIMITS: Limits = { milliseconds: 20_000, bytes: 2_097_152 };

function readUrl(text: string | undefined): URL {
  if (text === undefined) throw new CommandError(EXIT.usage, `the URL of a fixture is missing${SEE_HELP}`);
  const url = parseUrl(text);
  if (url?.protocol === 'http:') return url;
  throw new CommandError(EXIT.usage, `the URL must be like http://127.0.0.1:5000; got "${sanitize(text)}"${SEE_HELP}`);
}

const SEE_HELP = '; see gatekeeper-flags conform --help';

function readNames(list: string | undefined, known: readonly string[]): readonly string[] | undefined {
  if (list === undefined) return undefined;
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  const near = didYouMean(unknown, known);
  const expected = `--capabilities must be a list of ${CAPABILITIES.join(', ')} or of their checks`;
  throw new CommandError(EXIT.usage, `${expected}; got "${sanitize(unknown)}"${near}`);
}

function outcome(
  { name }: Description,
  results: readonly Result[],
  { url, colors }: { readonly url: URL; readonly colors: Colors },
): Outcome {
  const count = (verdict: Result['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  const [passed, failed, notPossible] = [count('passed'), count('failed'), count('not-possible')];
  const summary = `${passed} passed, ${failed} failed, ${notPossible} not possible here`;
  return {
    exitCode: failed === 0 ? EXIT.ok : EXIT.refused,
    lines: [
      ...formatTable(results.map(row), [colors.strong, verdictColor(colors), String]),
      ...results.flatMap((result) => failureLines(result, colors)),
      '',
      `${sanitize(name, 100)}: ${failed === 0 ? colors.good(summary) : colors.bad(summary)}`,
    ],
    json: { ok: failed === 0, name, url: url.href, passed, failed, notPossible, checks: results },
  };
}

function row(result: Result): readonly string[] {
  if (result.verdict === 'not-possible') return [result.name, 'not possible here', result.reason];
  return [result.name, result.verdict, result.promise];
}

function verdictColor({ good, bad, quiet }: Colors): (text: string) => string {
  return (text) => (text === 'passed' ? good : text === 'failed' ? bad : quiet)(text);
}

function failureLines(result: Result, { bad, quiet }: Colors): readonly string[] {
  if (result.verdict !== 'failed') return [];
  const { name, what, expected, got, request, section } = result;
  return [
    '',
    `${bad('failed')} ${name}: ${what}`,
    `  expected  ${shorten(expected)}`,
    `  got       ${shorten(got)}`,
    ...(request === undefined ? [] : [`  request   ${shorten(request)}`]),
    quiet(`  see       docs/protocol.md, section ${section}`),
  ];
}

// The JSON has everything.
function shorten(text: string): string {
  return text.length > 1_000 ? `${text.slice(0, 1_000)}… (--json prints all of it)` : text;
}
