import { earlierNest } from '../../nest-versions.ts';

export const host = earlierNest(10, 'fastify');
