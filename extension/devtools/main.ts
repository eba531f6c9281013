import { addPanel } from '../browser/devtools.ts';

addPanel();
