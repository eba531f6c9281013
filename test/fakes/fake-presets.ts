import type { PresetPort } from '../../extension/app/preset-port.ts';
import type { Presets } from '../../extension/app/presets.ts';

/** Presets in memory, by origin. */
export class FakePresets implements PresetPort {
  readonly kept = new Map<string, Presets>();

  async read(origin: string): Promise<Presets> {
    return this.kept.get(origin) ?? [];
  }

  async change(origin: string, change: (presets: Presets) => Presets): Promise<Presets> {
    const presets = change(this.kept.get(origin) ?? []);
    this.kept.set(origin, presets);
    return presets;
  }
}
