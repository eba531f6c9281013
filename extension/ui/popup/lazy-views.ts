// What the popup needs only after a click. It is a separate chunk, so that the flags are shown sooner.

export { evictions } from '../../app/flags/evictions.ts';
export { PresetsStore } from '../../app/presets/presets-store.ts';
export { exportText } from '../../app/sharing/export-formats.ts';
export { ScenariosView } from '../presets/scenarios-view.tsx';
export { ProposalCard } from '../sharing/plan-preview.tsx';
export { ShareView } from '../sharing/share-view.tsx';
export { Help } from './view-frame.tsx';
