import { defineFlags } from '../../../server-lib/index.ts';

export const flags = defineFlags({
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
  NEW_HOME: { variants: ['ON', 'OFF'], values: { ON: true, OFF: false }, default: 'OFF' },
  COLOUR: { variants: ['RED', 'GREEN'], default: 'RED' },
  LAYOUT: { variants: ['GRID', 'LIST'], values: { GRID: { columns: 3 }, LIST: { columns: 1 } }, default: 'GRID' },
});
