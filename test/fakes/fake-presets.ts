import type { AllPresetsStorage, Presets, PresetsBySite } from '../../extension/app/presets/presets.ts';

/** Presets in memory, by origin. */
export class FakePresets implements AllPresetsStorage {
  readonly stored = new Map<string, Presets>();

  async read(origin: string): Promise<Presets> {
    return this.stored.get(origin) ?? [];
  }

  async change(origin: string, change: (presets: Presets) => Presets): Promise<Presets> {
    const presets = change(this.stored.get(origin) ?? []);
    this.stored.set(origin, presets);
    return presets;
  }

  async all(): Promise<PresetsBySite> {
    return new Map([...this.stored].filter(([, presets]) => presets.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
