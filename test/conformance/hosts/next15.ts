import { nextHost } from '../next-host.ts';

export const host = nextHost('Next 15', 'next15');
