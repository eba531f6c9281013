// What the popup shows behind a click, in a file of its own: the flags wait for nothing that is seldom looked at.

export { evictions } from '../../app/flags/evictions.ts';
export { exportText } from '../../app/sharing/export-formats.ts';
export { ScenariosView } from '../presets/scenarios-view.tsx';
export { ShareView } from '../sharing/share-view.tsx';
export { Help } from './view-frame.tsx';
