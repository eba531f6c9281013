export { proxy } from './flags.js';
