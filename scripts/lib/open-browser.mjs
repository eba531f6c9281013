import { inRoot } from './root.mjs';

/** Opens a browser of its own profile with the built extension loaded; the extension is loaded again after each build. */
export async function openBrowser({ name, program }, url) {
  const { default: webExt } = await import('web-ext');
  const { consoleStream } = await import('web-ext/util/logger');
  consoleStream.startCapturing(); // web-ext's own log: it repeats what we say
  const runner = await webExt.cmd.run({ startUrl: [url], noInput: true, ...TARGETS[name](program) });
  const closed = new Promise((resolve) => runner.registerCleanup(resolve));
  return { closed, close: () => runner.exit() };
}

const TARGETS = {
  chromium: (program) => ({
    target: ['chromium'],
    sourceDir: inRoot('dist/chrome'),
    chromiumBinary: program,
    // Chromium's sandbox refuses to run as root (a container, a CI machine).
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  }),
  firefox: (program) => ({ target: ['firefox-desktop'], sourceDir: inRoot('dist/firefox'), firefox: program }),
};
