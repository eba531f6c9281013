import { defineFlags } from 'gatekeeper-flags';
import { flagsFromFlagd, flagsFromOpenFeature } from 'gatekeeper-flags/openfeature';

const fromFlagd = flagsFromFlagd({
  flags: { payments: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } },
});
const fromManifest = flagsFromOpenFeature({
  flags: {
    'new-checkout': { flagType: 'boolean', defaultValue: false },
    'upload-limit': { flagType: 'integer', defaultValue: 10 },
  },
});

export const flags = defineFlags({
  ...fromManifest,
  ...fromFlagd,
  COLOUR: { variants: ['RED', 'GREEN'], default: 'RED' },
  LAYOUT: { variants: ['GRID', 'LIST'], values: { GRID: { columns: 3 }, LIST: { columns: 1 } }, default: 'GRID' },
});
