import { FastifyAdapter } from '@nestjs/platform-fastify';
import { siteServer } from '../nest-site.ts';
import { nodeHost } from '../node-host.ts';

export const host = nodeHost({ name: 'Nest 12 on Fastify', module: 'nest-fastify' });

export const serve = siteServer(() => new FastifyAdapter());
