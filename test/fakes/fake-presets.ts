import type { PresetArchive, SitePresets } from '../../extension/app/preset-port.ts';
import type { Presets } from '../../extension/app/presets.ts';

/** Presets in memory, by origin. */
export class FakePresets implements PresetArchive {
  readonly kept = new Map<string, Presets>();

  async read(origin: string): Promise<Presets> {
    return this.kept.get(origin) ?? [];
  }

  async change(origin: string, change: (presets: Presets) => Presets): Promise<Presets> {
    const presets = change(this.kept.get(origin) ?? []);
    this.kept.set(origin, presets);
    return presets;
  }

  async all(): Promise<SitePresets> {
    return new Map([...this.kept].filter(([, presets]) => presets.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
