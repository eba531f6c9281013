import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { type OpenBrowser, type Page, startProcess } from './browser-process.ts';
import { DevToolsPipe } from './devtools-pipe.ts';

/**
 * Starts Chromium, Chrome or Edge. Chrome and Edge ignore `--load-extension` (Chrome since 137), so the extension is
 * loaded through the pipe for DevTools.
 */
export async function startChromium(program: string, profile: string, { url, extension }: Page): Promise<OpenBrowser> {
  pinToToolbar(profile, extension);
  const { child, closed, close, during } = startProcess(
    program,
    [
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
      '--enable-unsafe-extension-debugging',
      '--no-first-run',
      '--no-default-browser-check',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium's sandbox refuses to run as root
      'about:blank',
    ],
    { pipes: true },
  );
  const devTools = new DevToolsPipe(child.stdio[3] as Duplex, child.stdio[4] as Duplex);
  const reload = async (): Promise<void> => {
    await devTools.send('Extensions.loadUnpacked', { path: extension });
  };
  await during(
    (async () => {
      await reload();
      const { targetInfos } = await devTools.send('Target.getTargets', {});
      await devTools.send('Target.createTarget', { url });
      const blank = (targetInfos as readonly TargetInfo[]).filter((target) => target.url === 'about:blank');
      for (const { targetId } of blank) await devTools.send('Target.closeTarget', { targetId });
    })(),
  );
  return { reload, closed, close };
}

interface TargetInfo {
  readonly targetId: string;
  readonly url: string;
}

/** Has the extension's button stand in the toolbar, where it is behind a menu otherwise. */
function pinToToolbar(profile: string, extension: string): void {
  // An unpacked extension's id: the first half of its path's SHA-256, in the letters a to p.
  const digest = createHash('sha256')
    .update(extension, process.platform === 'win32' ? 'utf16le' : 'utf8')
    .digest('hex');
  const id = [...digest.slice(0, 32)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
  mkdirSync(path.join(profile, 'Default'));
  const preferences = { extensions: { pinned_extensions: [id] } };
  writeFileSync(path.join(profile, 'Default/Preferences'), JSON.stringify(preferences));
}
