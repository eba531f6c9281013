import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { type OpenBrowser, type Page, startProcess } from './browser-process.ts';
import { connectToFirefox } from './firefox-debugger.ts';

/** Starts Firefox. It takes an extension that is not signed only as a temporary one, from its debugger. */
export async function startFirefox(program: string, profile: string, { url, extension }: Page): Promise<OpenBrowser> {
  const preferences = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  );
  writeFileSync(path.join(profile, 'user.js'), preferences.join('\n'));
  // A socket in the profile, which is nobody else's; Windows has only ports.
  const place = process.platform === 'win32' ? await freePort() : path.join(profile, 'debugger');
  const args = ['--profile', profile, '--no-remote', '--start-debugger-server', String(place), url];
  const { closed, close, during } = startProcess(program, args);
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  const firefox = await during(connectToFirefox(place, () => isClosed));
  const reload = async (): Promise<void> => {
    const { addonsActor } = await firefox.ask({ to: 'root', type: 'getRoot' });
    await firefox.ask({ to: addonsActor, type: 'installTemporaryAddon', addonPath: extension, openDevTools: false });
  };
  await during(reload());
  return { reload, closed, close };
}

const PREFERENCES = {
  'devtools.debugger.remote-enabled': true,
  'devtools.debugger.prompt-connection': false,
  'devtools.chrome.enabled': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'termsofuse.bypassNotification': true,
  'app.update.enabled': false,
  'extensions.update.enabled': false,
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}
