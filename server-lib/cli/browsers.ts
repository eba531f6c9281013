import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export type BrowserName = 'chromium' | 'firefox';

export interface FoundBrowser {
  readonly name: BrowserName;
  readonly program: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The first of these browsers that is installed. The environment's CHROMIUM and FIREFOX may name a program; else it is
 * looked for where it is usually installed.
 */
export function findBrowser(names: readonly BrowserName[], environment: Environment): FoundBrowser | undefined {
  for (const name of names) {
    const usual = PROGRAMS[process.platform]?.[name] ?? [];
    const program = environment[name.toUpperCase()] || usual.map((one) => findProgram(one, environment)).find(Boolean);
    if (program) return { name, program };
  }
  return undefined;
}

/** Whether a browser's window could be seen here. */
export function hasDisplay(environment: Environment): boolean {
  return process.platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

const PROGRAMS: Readonly<Partial<Record<NodeJS.Platform, Readonly<Record<BrowserName, readonly string[]>>>>> = {
  linux: {
    chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
    firefox: ['firefox', 'firefox-esr'],
  },
  darwin: {
    chromium: ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
    ),
    firefox: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  },
  win32: {
    chromium: [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ],
    firefox: ['Mozilla Firefox/firefox.exe'],
  },
};

/** A program's full path, looked for as a shell would. */
function findProgram(name: string, environment: Environment): string | undefined {
  return folders(environment)
    .map((folder) => path.resolve(folder, name))
    .find(isExecutable);
}

function folders({
  PATH = '',
  ProgramFiles,
  'ProgramFiles(x86)': older,
  LOCALAPPDATA,
}: Environment): readonly string[] {
  return [...PATH.split(path.delimiter), ProgramFiles, older, LOCALAPPDATA].filter(
    (folder) => folder !== undefined && folder !== '',
  ) as string[];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
