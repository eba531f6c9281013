import { GatekeeperError } from '../core/errors.ts';
import { readDocument } from '../rules/document/read-document.ts';
import type { RulesDocument } from '../rules/document/rules-document.ts';
import { readTextFile } from '../sources/file/read-text-file.ts';
import { sanitize } from '../wire/sanitize.ts';
import { hasOption, type Invocation } from './command.ts';
import { CommandError, EXIT } from './exit.ts';
import { withStore } from './rules-store.ts';

/** The text of a rules document, and where it was read. */
export interface RulesInput {
  /** The file's name or the key in the store, for messages. */
  readonly name: string;
  readonly text: string;
  /** The file or the store, for `--json`. */
  readonly source: string;
  /** The first line on stderr. */
  readonly header: string;
}

/** Reads a store with `--redis` or `--postgres`, else `file`, else `rules.json`. */
export async function readRulesInput(invocation: Invocation, file: string | undefined): Promise<RulesInput> {
  const option = storeOption(invocation);
  if (file !== undefined && option !== undefined) {
    throw new CommandError(EXIT.usage, `expected either a file or --${option}; got both`);
  }
  if (option === undefined) {
    for (const name of ['key', 'table']) {
      if (!hasOption(invocation, name)) continue;
      const needed = name === 'key' ? 'redis' : 'postgres';
      const what = `--${name} needs --${needed}, and the rules are read from a file`;
      throw new CommandError(EXIT.usage, `${what}; add --${needed} <url>, or remove --${name}`);
    }
    return readRulesFile(file ?? 'rules.json', file === undefined ? storeHint(invocation) : '');
  }
  const { text, name, key } = await withStore(invocation, async (store) => ({ ...store, text: await store.read() }));
  if (text === '') throw new CommandError(EXIT.unreachable, `${sanitize(name)} does not exist`);
  return { name: key, text, source: name, header: `from ${name}` };
}

/** The option that names a store. */
export function storeOption(invocation: Invocation): string | undefined {
  return ['redis', 'postgres'].find((name) => hasOption(invocation, name));
}

/** A hint for users who set GATEKEEPER_REDIS and may expect that Redis is read. */
function storeHint({ environment }: Invocation): string {
  const [kind, option] = environment.GATEKEEPER_REDIS ? ['Redis', 'redis'] : ['PostgreSQL', 'postgres'];
  const variable = `GATEKEEPER_${option?.toUpperCase()}`;
  return environment[variable]
    ? `; to read from ${kind}, add --${option} <url> (${variable} is not used by this command)`
    : '';
}

/** Reads a rules file. `hint` is added to the header, or to the error if the file cannot be read. */
export async function readRulesFile(file: string, hint = ''): Promise<RulesInput> {
  const read = await readTextFile(file, 'The file');
  if ('error' in read) {
    throw new CommandError(read.isContent ? EXIT.refused : EXIT.unreachable, `${sanitize(read.error.message)}${hint}`);
  }
  return { name: file, text: read.text, source: file, header: `from ${file}${hint}` };
}

/** Parses a document as servers do. Throws if they would refuse it, with file, line and column. */
export function parseRulesInput({ name, text }: RulesInput): RulesDocument {
  try {
    return readDocument(text);
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    const { code, position, message } = error;
    const location = formatLocation(name, position?.line, position?.column);
    const isYaml = code === 'ERR_GK_RULES_JSON' && YAML_FILE.test(name);
    const what = isYaml ? `The rules document is refused: it must be JSON; ${yamlHint(name)}` : message;
    throw new CommandError(EXIT.refused, `${location}: ${sanitize(what)}`, { code, file: name, ...position });
  }
}

const YAML_FILE = /\.ya?ml$/i;

/** The command that converts a file. */
function yamlHint(file: string): string {
  const [yaml, json] = [file, file.replace(YAML_FILE, '.json')].map((name) =>
    /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`,
  );
  return `convert it with: npx js-yaml ${yaml} > ${json}`;
}

/** A position in a file in the format of compilers and editors: `file:line:column`. */
export function formatLocation(file: string, line?: number, column?: number): string {
  return line === undefined ? sanitize(file) : `${sanitize(file)}:${line}:${column ?? 1}`;
}
