import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGatekeeper, GatekeeperError } from 'gatekeeper-flags';
import { fileSource, type RulesSource } from 'gatekeeper-flags/rules';
import { flags } from './flags.ts';

/** The rules document that the shop uses while it runs. */
export interface ShopRules {
  readonly file: string;
  /** Follows the file; the shop's gatekeeper gets its rules from it. */
  readonly source: RulesSource;
  /** The document in force. */
  text(): string;
  /** Replaces the document with the result of `edit`; resolves when the new one is in force. Changes run one at a time. */
  change(edit: (text: string) => string): Promise<void>;
  close(): Promise<void>;
}

/** Follows `file`, or without one a copy of rules.json, so that every start has the same rules. */
export async function openRules(file?: string): Promise<ShopRules> {
  const folder = file === undefined ? await mkdtemp(path.join(tmpdir(), 'gloam-')) : undefined;
  const place = folder === undefined ? path.resolve(file ?? '') : path.join(folder, 'rules.json');
  if (folder !== undefined) await cp(AS_IT_CAME, place);
  const source = fileSource(place);
  await source.ready;

  const text = (): string => String(source.current()?.document ?? NO_RULES);
  let changing: Promise<void> = Promise.resolve();
  return {
    file: place,
    source,
    text,
    change(edit) {
      const changed = changing.then(async () => {
        const fresh = edit(text());
        await replaceFile(place, fresh);
        await taken(source, fresh);
      });
      changing = changed.catch(() => {});
      return changed;
    },
    async close() {
      await source.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

const AS_IT_CAME = fileURLToPath(new URL('rules.json', import.meta.url));
const NO_RULES = '{ "flags": {} }\n';

// Renamed into place, so that a reader gets either the old document or the new one, never a part of it.
async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, text);
  await rename(fresh, file);
}

/** Resolves when the source has this text, or after two seconds, because the file may have changed again. */
function taken(source: RulesSource, text: string): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(deadline);
      stop();
      resolve();
    };
    const look = (): void => {
      if (source.current()?.document === text) done();
    };
    const deadline = setTimeout(done, 2_000);
    const stop = source.onChange(look);
    look();
  });
}

/** The result of testing a rules document with the shop's flags. */
export type Trial =
  | { readonly kind: 'refused'; readonly problem: string }
  | { readonly kind: 'taken'; readonly notices: readonly string[] };

/** Tests a document on a separate gatekeeper, so that an invalid one does not affect the shop. */
export function tryRules(text: string): Trial {
  const notices: string[] = [];
  try {
    createGatekeeper({ flags, rules: text, onError: ({ message }) => notices.push(message) });
    return { kind: 'taken', notices };
  } catch (error) {
    if (error instanceof GatekeeperError) return { kind: 'refused', problem: error.message };
    throw error;
  }
}
