import { sanitize } from '../../wire/sanitize.ts';
import { type Command, JSON_HELP } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';

/** The command that prints a script which completes all `commands`, and itself, in a shell. */
export function completionOf(commands: readonly Command[]): Command {
  const completion: Command = {
    name: 'completion',
    positionals: ['<shell>'],
    summary: 'prints a script with which a shell completes commands, options and files',
    help: [
      'Add one line to the start file of your shell: eval "$(gatekeeper-flags completion bash)" to ~/.bashrc, or the same with zsh to ~/.zshrc after compinit. For fish: gatekeeper-flags completion fish > ~/.config/fish/completions/gatekeeper-flags.fish',
      'A shell completes gatekeeper-flags where it is in the PATH (npm install --global, or node_modules/.bin in PATH), not after npx.',
    ],
    options: {},
    examples: [['completion zsh', 'prints the script for zsh']],
    async run({ positionals }) {
      const [shell = ''] = positionals;
      const write = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell as keyof typeof SCRIPTS] : undefined;
      if (write === undefined) {
        const expected = 'the shell must be bash, zsh or fish';
        throw new CommandError(
          EXIT.usage,
          `${expected}; got "${sanitize(shell)}"; see gatekeeper-flags completion --help`,
        );
      }
      const lines = write([...commands, completion]);
      return { exitCode: EXIT.ok, lines, json: { ok: true, shell, script: `${lines.join('\n')}\n` } };
    },
  };
  return completion;
}

type WriteScript = (commands: readonly Command[]) => readonly string[];

const SCRIPTS: Readonly<Record<'bash' | 'zsh' | 'fish', WriteScript>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

interface CompletedOption {
  readonly name: string;
  readonly help: string;
  /** What its value is: words, a file, or something that no shell can complete. */
  readonly value: Completed | undefined;
}

type Completed = 'file' | 'folder' | 'other' | readonly string[];

function optionsOf({ options }: Command): readonly CompletedOption[] {
  const own = Object.entries(options).map(([name, { value, help }]) => ({
    name,
    help,
    value: value === undefined ? undefined : completedBy(value),
  }));
  return [
    ...own,
    { name: 'json', help: JSON_HELP, value: undefined },
    { name: 'help', help: 'shows the help', value: undefined },
  ];
}

/** How an argument is completed, by the name that the help gives it. */
function completedBy(name: string): Completed {
  if (name === 'github') return [name];
  if (name === '<shell>') return Object.keys(SCRIPTS);
  if (/\.json|^module$|^file$/.test(name)) return 'file';
  return name === '[folder]' ? 'folder' : 'other';
}

const namesOf = (commands: readonly Command[]): string => [...commands.map(({ name }) => name), 'help'].join(' ');

/** Bash completes file names itself where the function gives nothing. It works in Bash 3.2, which macOS has. */
function bashScript(commands: readonly Command[]): readonly string[] {
  const cases = commands.flatMap((command) => {
    const options = optionsOf(command);
    const words = options.flatMap(({ name, value }) => (Array.isArray(value) ? [[name, value.join(' ')]] : []));
    const [first] = command.positionals.map(completedBy);
    return [
      `    ${command.name})`,
      `      options='${options.map(({ name }) => `--${name}`).join(' ')}'`,
      ...(Array.isArray(first) ? [`      words='${first.join(' ')}'`] : []),
      ...words.map(([name, values]) => `      [ "$previous" = --${name} ] && words='${values}'`),
      '      ;;',
    ];
  });
  return [
    '# Completes gatekeeper-flags in Bash.',
    '_gatekeeper_flags() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: of Bash
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options= words=',
    '  COMPREPLY=()',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W '${namesOf(commands)} --help --version' -- "$current"))`,
    '    return',
    '  fi',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: of Bash
    '  case ${COMP_WORDS[1]} in',
    `    help) words='${namesOf(commands)}' ;;`,
    ...cases,
    '  esac',
    '  case $current in',
    '    -*) words=$options ;;',
    '  esac',
    '  [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  return 0',
    '}',
    'complete -o default -F _gatekeeper_flags gatekeeper-flags',
  ];
}

function zshScript(commands: readonly Command[]): readonly string[] {
  const cases = commands.map((command) => {
    const options = optionsOf(command).map(({ name, help, value }) => {
      const repeat = command.options[name]?.isRepeatable ? '*' : '';
      return zshQuoted(
        `${repeat}--${name}[${zshText(help)}]${value === undefined ? '' : `:${name}:${zshAction(value)}`}`,
      );
    });
    const positionals = command.positionals.map((name, at) => {
      const place = name.includes('...') ? '*' : String(at + 1);
      return zshQuoted(`${place}:${zshText(name.replace(/[<>[\]]/g, ''))}:${zshAction(completedBy(name))}`);
    });
    return `    ${command.name}) _arguments ${[...options, ...positionals].join(' ')} ;;`;
  });
  const described = commands.map(({ name, summary }) => zshQuoted(`${name}:${summary}`));
  return [
    '#compdef gatekeeper-flags',
    '_gatekeeper-flags() {',
    '  if (( CURRENT == 2 )); then',
    `    local -a commands=(${[...described, zshQuoted('help:shows the help of a command')].join(' ')})`,
    "    _describe 'command' commands",
    '    return',
    '  fi',
    '  local command=$words[2]',
    '  shift words',
    '  (( CURRENT-- ))',
    '  case $command in',
    ...cases,
    `    help) _values command ${namesOf(commands)} ;;`,
    '  esac',
    '}',
    // Read by `eval`, or the first time as a function of $fpath.
    'if [[ $funcstack[1] = _gatekeeper-flags ]]; then _gatekeeper-flags "$@"; else compdef _gatekeeper-flags gatekeeper-flags; fi',
  ];
}

function zshAction(value: Completed): string {
  if (value === 'file') return '_files';
  if (value === 'folder') return '_files -/';
  return value === 'other' ? ' ' : `(${value.join(' ')})`;
}

const zshText = (text: string): string => text.replace(/[\\:[\]]/g, '\\$&');
const zshQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function fishScript(commands: readonly Command[]): readonly string[] {
  const complete = (condition: string, rest: string): string =>
    `complete -c gatekeeper-flags -n ${fishQuoted(condition)} ${rest}`;
  const first = '__fish_use_subcommand';
  return [
    '# Completes gatekeeper-flags in fish.',
    'complete -c gatekeeper-flags -f',
    complete(first, "-l version -d 'shows the version'"),
    complete(first, "-a help -d 'shows the help of a command'"),
    complete('__fish_seen_subcommand_from help', `-a ${fishQuoted(namesOf(commands))}`),
    ...commands.flatMap((command) => {
      const inside = `__fish_seen_subcommand_from ${command.name}`;
      const positionals = command.positionals.map(completedBy);
      return [
        complete(first, `-a ${command.name} -d ${fishQuoted(command.summary)}`),
        ...optionsOf(command).map(({ name, help, value }) =>
          complete(inside, `-l ${name} -d ${fishQuoted(help)}${value === undefined ? '' : ` ${fishValue(value)}`}`),
        ),
        ...positionals.flatMap((value) => {
          if (value === 'other') return [];
          return [
            complete(
              inside,
              value === 'file' ? '-F' : value === 'folder' ? FISH_FOLDERS : `-a ${fishQuoted(value.join(' '))}`,
            ),
          ];
        }),
      ];
    }),
  ];
}

function fishValue(value: Completed): string {
  if (value === 'file') return '-r -F';
  if (value === 'folder') return `-x ${FISH_FOLDERS}`;
  return value === 'other' ? '-x' : `-x -a ${fishQuoted(value.join(' '))}`;
}

const FISH_FOLDERS = "-a '(__fish_complete_directories)'";
const fishQuoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
