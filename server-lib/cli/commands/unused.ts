import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, type Invocation, type Outcome, optionValue } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { loadFlags } from '../flags-module.ts';
import { formatLocation } from '../rules-input.ts';
import { type Colors, formatTable } from '../terminal.ts';
import { kindOfFile, packageFolders } from '../unused/file-kinds.ts';
import { type Mention, MentionFinder, type MentionKind } from '../unused/find-mentions.ts';
import { findProjectFiles } from '../unused/project-files.ts';

export const unused: Command = {
  name: 'unused',
  positionals: ['[folder]'],
  summary: 'lists the flags that no code and no template uses',
  help: [
    'Reads the files of a folder, in any language; default: the current one. A flag is used if its name stands as a whole word in code, a template or a settings file, outside its definition and outside comments. A name that is only in a comment, a test, a rules document, a scenario, a document, a style sheet or build output is not a use, and is reported with its place. So an unused flag may be reported as used, but not the other way round, except for names that are put together from parts.',
    'Leaves out node_modules, other folders that tools write, and what .gitignore excludes. Exits with 1 if a flag is unused.',
  ],
  options: {
    flags: { value: 'module', help: 'the module that exports `flags`; required' },
    format: { value: 'github', help: 'prints annotations for GitHub Actions' },
  },
  examples: [
    ['unused --flags flags.js', 'reads the current folder'],
    ['unused src --flags flags.js --format github', 'annotates the pull request, in GitHub Actions'],
  ],
  async run(invocation) {
    const [folder = '.'] = invocation.positionals;
    const format = readFormat(invocation);
    const module = optionValue(invocation, 'flags');
    if (module === undefined)
      throw new CommandError(EXIT.usage, '--flags is missing; see gatekeeper-flags unused --help');
    requireFolder(folder);
    const names = [...(await loadFlags(module)).keys()];
    const report = await readProject(folder, { names, module, progress: invocation.progressIfSlow });
    const usage = names.map((flag) => usageOf(flag, report.places.get(flag) ?? []));
    return formatUsage(usage, report, { folder, module, format, colors: invocation.colors });
  },
};

type Format = 'text' | 'github';

function readFormat(invocation: Invocation): Format {
  const format = optionValue(invocation, 'format');
  if (format === undefined) return 'text';
  if (format === 'github') return format;
  const expected = '--format must be github; leave it out for the usual output';
  throw new CommandError(EXIT.usage, `${expected}; got "${sanitize(format)}"`);
}

function requireFolder(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return;
  const what = stats === undefined ? 'does not exist' : 'is not a folder';
  throw new CommandError(EXIT.unreachable, `The folder "${sanitize(folder)}" ${what}`);
}

/** A flag's name in a file. */
interface Place extends Mention {
  /** The path from where the command runs. */
  readonly file: string;
}

interface ProjectReport {
  readonly places: ReadonlyMap<string, readonly Place[]>;
  readonly files: number;
  /** Files and folders that could not be read, and files that are too large. */
  readonly unread: readonly string[];
}

interface ReadProjectOptions {
  readonly names: readonly string[];
  readonly module: string;
  readonly progress: Invocation['progressIfSlow'];
}

async function readProject(folder: string, { names, module, progress }: ReadProjectOptions): Promise<ProjectReport> {
  const { files, tracked, unreadable } = await findProjectFiles(folder);
  const finder = new MentionFinder(names);
  const project = { packages: packageFolders(files), tracked };
  const places = new Map<string, Place[]>();
  const unread = [...unreadable];
  let count = 0;
  for (const [at, file] of files.entries()) {
    if (at % 50 === 0) progress('reading', `${at} of ${files.length} files`);
    const kind = kindOfFile(file, project);
    if (kind === undefined) continue;
    const location = path.join(folder, file);
    const text = readText(location);
    if (text === undefined) unread.push(file);
    if (!text) continue; // binary, or empty
    count++;
    const isFlagsModule = path.resolve(location) === path.resolve(module);
    for (const mention of finder.find({ path: file, kind, text, isFlagsModule })) {
      const list = places.get(mention.flag) ?? [];
      list.push({ file: location.replaceAll(path.sep, '/'), ...mention });
      places.set(mention.flag, list);
    }
  }
  return { places, files: count, unread };
}

/** The text of a file; the empty string if it is not text, `undefined` if it cannot be read. */
function readText(file: string): string | undefined {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return undefined;
    const bytes = readFileSync(file);
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
    return bytes.subarray(0, 8_000).includes(0) ? '' : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}

const MAX_FILE_BYTES = 16 * 1_048_576;

interface Usage {
  readonly flag: string;
  readonly definition: Place | undefined;
  /** Where code uses it. */
  readonly uses: readonly Place[];
  /** The other places, without definitions. */
  readonly others: readonly Place[];
}

function usageOf(flag: string, places: readonly Place[]): Usage {
  return {
    flag,
    definition: places.find(({ kind }) => kind === 'definition'),
    uses: places.filter(({ kind }) => kind === 'code'),
    others: places.filter(({ kind }) => kind !== 'code' && kind !== 'definition'),
  };
}

interface FormatOptions {
  readonly folder: string;
  readonly module: string;
  readonly format: Format;
  readonly colors: Colors;
}

function formatUsage(usage: readonly Usage[], { files, unread }: ProjectReport, options: FormatOptions): Outcome {
  const { format, colors, module } = options;
  const bad = usage.filter(({ uses }) => uses.length === 0);
  const verdict = bad.length === 0 ? colors.good('all used') : colors.bad(`${bad.length} unused`);
  const text = [
    ...bad.map((one) => `${colors.warn('!')} ${locationOf(one, module)}: ${unusedMessage(one)}`),
    ...formatTable(
      usage.filter(({ uses }) => uses.length > 0).map(({ flag, uses }) => [`  ${flag}`, formatPlaces(uses)]),
      [colors.strong, colors.quiet],
    ),
    ...(unread.length === 0 ? [] : [`${colors.quiet('i')} not read: ${sanitize(shortList(unread))}`]),
    `${sanitize(options.folder)}: ${usage.length} ${usage.length === 1 ? 'flag' : 'flags'} in ${files} files, ${verdict}`,
  ];
  return {
    exitCode: bad.length === 0 ? EXIT.ok : EXIT.refused,
    lines: format === 'github' ? bad.map((one) => githubAnnotation(one, module)) : text,
    json: {
      ok: bad.length === 0,
      folder: options.folder,
      files,
      unread,
      unused: bad.map(({ flag }) => flag),
      flags: usage.map(jsonUsage),
    },
  };
}

function locationOf({ definition }: Usage, module: string): string {
  return formatLocation(definition?.file ?? module, definition?.line, definition?.column);
}

function unusedMessage({ flag, others }: Usage): string {
  const kinds = [...new Set(others.map(({ kind }) => kind))];
  const where = kinds.map((kind) => {
    const places = others.filter((place) => place.kind === kind);
    return `${KIND_NAMES[kind]} (${formatPlaces(places)})`;
  });
  return `Flag "${flag}" is not used${where.length === 0 ? '' : `; its name is only in ${where.join(', in ')}`}`;
}

const KIND_NAMES: Readonly<Record<MentionKind, string>> = {
  code: 'code',
  definition: 'its definition',
  comment: 'a comment',
  test: 'a test',
  rules: 'a rules document',
  scenario: 'a scenario',
  document: 'a document',
  style: 'a style sheet',
  build: 'build output',
};

function formatPlaces(places: readonly Place[]): string {
  return shortList(places.map(({ file, line }) => `${sanitize(file)}:${line}`));
}

function shortList(names: readonly string[]): string {
  const more = names.length - MAX_PLACES;
  return `${names.slice(0, MAX_PLACES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const MAX_PLACES = 3;

// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
function githubAnnotation(usage: Usage, module: string): string {
  const { file = module.replaceAll(path.sep, '/'), line = 1, column = 1 } = usage.definition ?? {};
  const property = (value: string): string => githubText(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const where = `file=${property(file)},line=${line},col=${column},title=Unused flag`;
  return `::warning ${where}::${githubText(unusedMessage(usage))}`;
}

function githubText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function jsonUsage({ flag, definition, uses, others }: Usage): object {
  const place = ({ file, line, column, kind, computed }: Place): object => ({
    file,
    line,
    column,
    kind,
    ...(computed !== undefined && { computed }),
  });
  const places = [...uses, ...others];
  return {
    flag,
    used: uses.length > 0,
    definition:
      definition === undefined ? null : { file: definition.file, line: definition.line, column: definition.column },
    count: places.length,
    places: places.slice(0, MAX_JSON_PLACES).map(place),
  };
}

const MAX_JSON_PLACES = 1_000;
