import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, hasOption, type Option } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';

export const FIREFOX_OPTION: Option = { help: 'for Firefox, instead of Chrome, Chromium and Edge' };

/** The folder of the built extension in this package. Throws if it was not built. */
export function builtExtensionFolder(build: 'chrome' | 'chrome-devtools' | 'firefox'): string {
  const folder = packagePath('dist', build);
  if (existsSync(path.join(folder, 'manifest.json'))) return folder;
  throw new CommandError(EXIT.unreachable, `The extension must be built first; ${folder} has no manifest.json`);
}

export const extension: Command = {
  name: 'extension',
  positionals: ['[folder]'],
  summary: 'unpacks the browser extension and shows how to load it',
  help: [
    'The default folder is ./gatekeeper-extension. If the folder has an earlier version of the extension, it is replaced.',
    'To try the extension without installing it: gatekeeper-flags browse <url>.',
  ],
  options: {
    firefox: FIREFOX_OPTION,
    devtools: {
      help: 'for Chrome with the DevTools panel, which adds a warning at installation; Firefox always has the panel',
    },
  },
  examples: [
    ['extension', 'unpacks the extension into ./gatekeeper-extension'],
    ['extension ~/gatekeeper --firefox', 'for Firefox, into another folder'],
  ],
  async run(invocation) {
    const isFirefox = hasOption(invocation, 'firefox');
    const build = isFirefox ? 'firefox' : hasOption(invocation, 'devtools') ? 'chrome-devtools' : 'chrome';
    const from = builtExtensionFolder(build);
    const folder = path.resolve(invocation.positionals[0] ?? 'gatekeeper-extension');
    unpack(from, folder);
    const { strong } = invocation.colors;
    const steps = isFirefox ? firefoxSteps(folder) : chromeSteps(folder);
    return {
      exitCode: EXIT.ok,
      lines: [`${strong('The extension is in')} ${sanitize(folder)}`, '', ...steps],
      json: { ok: true, build, folder, manifest: path.join(folder, 'manifest.json') },
    };
  },
};

function unpack(from: string, folder: string): void {
  if (!isReplaceable(folder)) {
    throw new CommandError(
      EXIT.usage,
      `The folder must be empty or have the extension in it; ${sanitize(folder)} has other files. Choose another: gatekeeper-flags extension <folder>`,
    );
  }
  try {
    rmSync(folder, { recursive: true, force: true });
    cpSync(from, folder, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(EXIT.unreachable, `${sanitize(folder)} cannot be written (${code})`);
  }
}

/** Whether the folder can be replaced: it is empty or has a version of the extension in it. */
function isReplaceable(folder: string): boolean {
  if (!existsSync(folder)) return true;
  try {
    if (readdirSync(folder).length === 0) return true;
    const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
    return manifest.browser_specific_settings?.gecko?.id === 'gatekeeper@gatekeeper-flags.dev';
  } catch {
    return false;
  }
}

function chromeSteps(folder: string): readonly string[] {
  return [
    'Chrome, Chromium, Edge:',
    '  1. Open chrome://extensions',
    '  2. Switch on "Developer mode", at the top right',
    '  3. Click "Load unpacked" and choose this folder:',
    `     ${sanitize(folder)}`,
    '  4. Click the puzzle icon in the toolbar and pin Gatekeeper',
    '',
    'Keep the folder: the browser reads the extension from it each time that it starts.',
  ];
}

function firefoxSteps(folder: string): readonly string[] {
  return [
    'Firefox:',
    '  1. Open about:debugging#/runtime/this-firefox',
    '  2. Click "Load Temporary Add-on…" and choose this file:',
    `     ${sanitize(path.join(folder, 'manifest.json'))}`,
    '',
    'Load it again after a restart: Firefox only keeps extensions that Mozilla has signed.',
  ];
}

/** A path inside this package, both from the sources and from the build. */
function packagePath(...parts: readonly string[]): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return path.join(folder, ...parts);
}
