import { addPanel } from '../browser/devtools/devtools-panel.ts';

addPanel();
