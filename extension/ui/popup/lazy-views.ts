// The views that the popup shows only after a click. They are a separate chunk, so that the flags are shown sooner.

export { evictions } from '../../app/flags/evictions.ts';
export { exportText } from '../../app/sharing/export-formats.ts';
export { ScenariosView } from '../presets/scenarios-view.tsx';
export { ShareView } from '../sharing/share-view.tsx';
export { Help } from './view-frame.tsx';
