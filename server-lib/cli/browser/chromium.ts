import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { type OpenBrowser, type Page, startProcess } from './browser-process.ts';

/**
 * Starts Chromium, Chrome or Edge. Chrome and Edge ignore `--load-extension` (Chrome since 137), so the extension is
 * loaded through the pipe for DevTools.
 */
export async function startChromium(program: string, profile: string, { url, extension }: Page): Promise<OpenBrowser> {
  pinToToolbar(profile, extension);
  const { child, closed, close, withTimeout } = startProcess(
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
  await withTimeout(
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

/** Pins the extension's button to the toolbar; otherwise it is in a menu. */
function pinToToolbar(profile: string, extension: string): void {
  // The id of an unpacked extension: the first half of the SHA-256 of its path, with the letters a to p as digits.
  const digest = createHash('sha256')
    .update(extension, process.platform === 'win32' ? 'utf16le' : 'utf8')
    .digest('hex');
  const id = [...digest.slice(0, 32)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
  mkdirSync(path.join(profile, 'Default'));
  const preferences = { extensions: { pinned_extensions: [id] } };
  writeFileSync(path.join(profile, 'Default/Preferences'), JSON.stringify(preferences));
}

/** The Chrome DevTools Protocol over a pipe: JSON messages, each ended by a zero byte. */
class DevToolsPipe {
  readonly #output: Writable;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #last = 0;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    output.on('error', () => {}); // the browser has exited, which `closed` reports
    input.on('error', () => {});
    let rest = '';
    input.setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#receive(JSON.parse(message));
    });
  }

  /** Sends a command; rejects if the browser returns an error. */
  send(method: string, params: object): Promise<Readonly<Record<string, unknown>>> {
    this.#last += 1;
    const id = this.#last;
    this.#output.write(`${JSON.stringify({ id, method, params })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result = {}, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  #receive(message: Message): void {
    if (message.id === undefined) return; // an event
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}

interface Message {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}
