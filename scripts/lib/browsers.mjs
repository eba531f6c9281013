import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const PROGRAMS = {
  linux: {
    chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    firefox: ['firefox', 'firefox-esr'],
  },
  darwin: {
    chromium: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    firefox: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  },
  win32: {
    chromium: ['Google/Chrome/Application/chrome.exe', 'Chromium/Application/chrome.exe'],
    firefox: ['Mozilla Firefox/firefox.exe'],
  },
};

/**
 * The wanted browser, or the first installed one: `{ name, program }`. The environment variables CHROMIUM and FIREFOX may
 * name a program.
 */
export function findBrowser(wanted) {
  for (const name of wanted ? [wanted] : ['chromium', 'firefox']) {
    const program =
      process.env[name.toUpperCase()] || PROGRAMS[process.platform]?.[name].map(findProgram).find(Boolean);
    if (program) return { name, program };
  }
  return undefined;
}

/** The full path of a program, found as a shell finds it. */
export function findProgram(name) {
  return folders()
    .map((folder) => path.resolve(folder, name))
    .find(isExecutable);
}

function folders() {
  const { PATH = '', ProgramFiles, 'ProgramFiles(x86)': older, LOCALAPPDATA } = process.env;
  return [...PATH.split(path.delimiter), ProgramFiles, older, LOCALAPPDATA].filter(Boolean);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
