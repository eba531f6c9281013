import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { OpenBrowser, Page } from './browser-process.ts';
import { startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';

export type BrowserName = 'chromium' | 'firefox';

export interface FoundBrowser {
  readonly name: BrowserName;
  readonly program: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The first of these browsers that is installed. CHROMIUM and FIREFOX in the environment may be the path of a program;
 * otherwise the usual folders are searched.
 */
export function findBrowser(names: readonly BrowserName[], environment: Environment): FoundBrowser | undefined {
  for (const name of names) {
    const usual = PROGRAMS[process.platform]?.[name] ?? [];
    const program = environment[name.toUpperCase()] || usual.map((one) => findProgram(one, environment)).find(Boolean);
    if (program) return { name, program };
  }
  return undefined;
}

/** Whether there is a display for the browser's window. */
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

/** The full path of a program, searched in PATH and in the usual folders. */
function findProgram(name: string, environment: Environment): string | undefined {
  return programFolders(environment)
    .map((folder) => path.resolve(folder, name))
    .find(isExecutable);
}

function programFolders({
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

/** Opens a browser with the extension and a new, temporary profile. */
export async function openBrowser({ name, program }: FoundBrowser, page: Page): Promise<OpenBrowser> {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'gatekeeper-browser-'));
  const remove = (): void => rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  try {
    const started = await START_BROWSER[name](program, profile, page);
    return { ...started, closed: started.closed.then(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

const START_BROWSER: Readonly<
  Record<BrowserName, (program: string, profile: string, page: Page) => Promise<OpenBrowser>>
> = {
  chromium: startChromium,
  firefox: startFirefox,
};
