// What the popup shows behind a click, in a file of its own: the flags wait for nothing that is seldom looked at.
export { copyOf } from '../app/copies.ts';
export { clearedForRoom } from '../app/room.ts';
export { Help } from './help.tsx';
export { ScenariosView } from './scenarios-view.tsx';
export { ShareView } from './share-view.tsx';
