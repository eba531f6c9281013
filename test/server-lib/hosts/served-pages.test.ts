import { serve as serveExpress } from '../../conformance/hosts/express.ts';
import { serve as serveFastify } from '../../conformance/hosts/fastify.ts';
import { servedPagesContract } from '../../contracts/http-host/served-pages.ts';

servedPagesContract({ name: 'Express 5', serve: serveExpress });
servedPagesContract({ name: 'Fastify 5', serve: serveFastify });
