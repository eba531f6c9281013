import { displayString, MANIFEST_LIMITS, readScenarios } from '../../../server-lib/wire.ts';
import { parseSiteOrigin } from '../settings/site-urls.ts';
import {
  isPresetEntry,
  type Preset,
  type PresetStorage,
  type Presets,
  type PresetsBySite,
  presetName,
} from './presets.ts';

/** One preset in a file, and its site. */
interface PresetEntry {
  readonly origin: string;
  readonly preset: Preset;
}

/** What is wrong with one entry of a file; its strings are safe to display. */
export type InvalidEntry =
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'preset'; readonly site: string; readonly number: number }
  | { readonly kind: 'overrides'; readonly site: string; readonly preset: string; readonly dropped: number };

/** The presets in a file, or why it cannot be read. */
export type PresetFile =
  | { readonly kind: 'empty' }
  | { readonly kind: 'presets'; readonly presets: readonly PresetEntry[]; readonly wrong: readonly InvalidEntry[] }
  | { readonly kind: 'problem'; readonly problem: PresetFileError };

export type PresetFileError = 'too-large' | 'not-json' | 'not-presets';

/** The extension reads no input longer than this. */
export const MAX_FILE_LENGTH = MANIFEST_LIMITS.bytes;

/** Serializes the presets of all sites as the content of a file. */
export function serializePresetFile(sites: PresetsBySite): string {
  return `${JSON.stringify({ presets: Object.fromEntries(sites) }, null, 2)}\n`;
}

/** Parses the content of such a file. An invalid entry is skipped; the others are kept. Never throws. */
export function parsePresetFile(text: string): PresetFile {
  if (text.trim() === '') return { kind: 'empty' };
  if (text.length > MAX_FILE_LENGTH) return { kind: 'problem', problem: 'too-large' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'problem', problem: 'not-json' };
  }
  const sites = fieldsOf(new Map(fieldsOf(parsed)).get('presets'));
  return sites === undefined ? { kind: 'problem', problem: 'not-presets' } : parseSites(sites);
}

function parseSites(sites: readonly (readonly [string, unknown])[]): PresetFile {
  const presets: PresetEntry[] = [];
  const wrong: InvalidEntry[] = [];
  for (const [origin, entries] of sites) {
    const site = (displayString(origin) ?? '').slice(0, MAX_SHOWN_LENGTH);
    if (parseSiteOrigin(origin) !== origin || !Array.isArray(entries)) {
      wrong.push({ kind: 'site', site });
      continue;
    }
    for (const [at, entry] of entries.entries()) {
      const { scenarios, dropped } = readScenarios([entry], isPresetEntry);
      const [scenario] = scenarios;
      const name = presetName(scenario?.name ?? '');
      if (scenario === undefined || name === '') {
        wrong.push({ kind: 'preset', site, number: at + 1 });
        continue;
      }
      presets.push({ origin, preset: { ...scenario, name } });
      if (dropped > 0) wrong.push({ kind: 'overrides', site, preset: name, dropped });
    }
  }
  return { kind: 'presets', presets, wrong };
}

const MAX_SHOWN_LENGTH = 80;

// The own properties of an object from JSON.parse; `undefined` for any other value.
function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value);
}

/** `same`: the preset exists already; `taken`: another preset has its name; `full`: the site's list is full. */
export type ImportOutcome = 'new' | 'same' | 'taken' | 'full';

/** A preset in a file, and what importing it would do. */
export interface PlannedPreset extends PresetEntry {
  readonly outcome: ImportOutcome;
}

/** Computes what an import would do, entry by entry. An import only adds presets; it never replaces one. */
export function planImport(sites: PresetsBySite, entries: readonly PresetEntry[]): readonly PlannedPreset[] {
  const grown = new Map(sites);
  return entries.map(({ origin, preset }) => {
    const presets = grown.get(origin) ?? [];
    const outcome = importOutcome(presets, preset);
    if (outcome === 'new') grown.set(origin, [...presets, preset]);
    return { origin, preset, outcome };
  });
}

/** Adds those presets of `imported` that are new to the presets of one site. */
export function addPresets(presets: Presets, imported: readonly Preset[]): Presets {
  const grown = [...presets];
  for (const preset of imported) if (importOutcome(grown, preset) === 'new') grown.push(preset);
  return grown;
}

function importOutcome(presets: Presets, { name, overrides }: Preset): ImportOutcome {
  const existing = presets.find((one) => one.name === name);
  if (existing !== undefined) return isSameOverrides(existing.overrides, overrides) ? 'same' : 'taken';
  return presets.length < MANIFEST_LIMITS.scenarios ? 'new' : 'full';
}

function isSameOverrides(one: Preset['overrides'], other: Preset['overrides']): boolean {
  const pairs = Object.entries(one);
  const others = new Map(Object.entries(other));
  return pairs.length === others.size && pairs.every(([flag, variant]) => others.get(flag) === variant);
}

/** The string to import, its parsed content, and the result of the last import. */
export interface ImportState {
  readonly pasted: string;
  readonly file: PresetFile | { readonly kind: 'unread' };
  /** The number of presets just imported, or `failed` if the browser could not store them. */
  readonly imported: number | 'failed' | undefined;
}

export const INITIAL_IMPORT: ImportState = { pasted: '', file: { kind: 'empty' }, imported: undefined };

/** Imports presets from a file or a pasted string. */
export class ImportStore {
  readonly #storage: PresetStorage;
  readonly #onChange: () => void;
  #state = INITIAL_IMPORT;

  constructor(storage: PresetStorage, onChange: () => void) {
    this.#storage = storage;
    this.#onChange = onChange;
  }

  get state(): ImportState {
    return this.#state;
  }

  /** Parses a string to import, without importing it. */
  paste(text: string): void {
    const file = parsePresetFile(text);
    // A string that is too large to parse is too large to display.
    const isTooLarge = file.kind === 'problem' && file.problem === 'too-large';
    this.#setState({ pasted: isTooLarge ? '' : text, file, imported: undefined });
  }

  /** Reports that the browser could not read the chosen file. */
  reportUnreadableFile(): void {
    this.#setState({ pasted: '', file: { kind: 'unread' }, imported: undefined });
  }

  /** Imports the new presets of the parsed string. */
  async import(): Promise<void> {
    const { file } = this.#state;
    if (file.kind !== 'presets') return;
    let imported = 0;
    try {
      for (const origin of new Set(file.presets.map((entry) => entry.origin))) {
        const added = file.presets.flatMap((entry) => (entry.origin === origin ? entry.preset : []));
        await this.#storage.change(origin, (presets) => {
          const grown = addPresets(presets, added);
          imported += grown.length - presets.length;
          return grown;
        });
      }
      this.#setState({ ...INITIAL_IMPORT, imported });
    } catch {
      // The disk is full, or the extension's quota is used up; the presets already added stay.
      this.#setState({ ...this.#state, imported: 'failed' });
    }
  }

  #setState(state: ImportState): void {
    this.#state = state;
    this.#onChange();
  }
}
