import { serve as serveExpress } from '../../conformance/hosts/express.ts';
import { serve as serveFastify } from '../../conformance/hosts/fastify.ts';
import { serve as serveHono } from '../../conformance/hosts/hono.ts';
import { serve as serveKoa } from '../../conformance/hosts/koa.ts';
import { serve as serveKoa2 } from '../../conformance/hosts/koa2.ts';
import { serve as serveNestOnExpress } from '../../conformance/hosts/nest-express.ts';
import { serve as serveNestOnFastify } from '../../conformance/hosts/nest-fastify.ts';
import { servedPagesContract } from '../../contracts/served-pages.ts';

servedPagesContract({ name: 'Express 5', serve: serveExpress });
servedPagesContract({ name: 'Fastify 5', serve: serveFastify });
servedPagesContract({ name: 'Hono on Node', serve: serveHono });
servedPagesContract({ name: 'Koa 3', serve: serveKoa });
servedPagesContract({ name: 'Koa 2', serve: serveKoa2 });
servedPagesContract({ name: 'Nest 12 on Express', serve: serveNestOnExpress });
servedPagesContract({ name: 'Nest 12 on Fastify', serve: serveNestOnFastify });
