import { ExpressAdapter } from '@nestjs/platform-express';
import { siteServer } from '../nest-site.ts';
import { nodeHost } from '../node-host.ts';

export const host = nodeHost({ name: 'Nest 12 on Express', module: 'nest-express' });

export const serve = siteServer(() => {
  const platform = new ExpressAdapter();
  platform.set('etag', false); // Nest's 404 contains the path, and would have an ETag of it
  return platform;
});
