// What the popup needs only after a click. It is a separate chunk, so that the flags are shown sooner.

export { PresetsStore } from '../../app/presets/presets-store.ts';
export { exportText } from '../../app/sharing/export-formats.ts';
export { applyProposed } from '../../app/sharing/override-plan.ts';
export { ViewAsStore } from '../../app/view-as/context-fields.ts';
export { ByteMeter, CookieFacts, WatchLine } from '../flags/cookie-facts.tsx';
export { Leftovers, RedundantOverrides } from '../flags/leftovers.tsx';
export { ScenariosView } from '../presets/scenarios-view.tsx';
export { WriteErrorNotice } from '../shared/write-error.tsx';
export { ProposalCard } from '../sharing/plan-preview.tsx';
export { ShareView } from '../sharing/share-view.tsx';
export { SimulatedLine } from '../view-as/context-form.tsx';
export { ViewAs } from '../view-as/view-as.tsx';
export { Help } from './view-frame.tsx';
