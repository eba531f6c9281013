import type Koa from 'koa';
// @ts-expect-error its types are those of the newest version
import Koa2 from 'koa2';
import { nodeHost } from '../node-host.ts';
import { siteServer } from './koa.ts';

export const host = nodeHost({ name: 'Koa 2', module: 'koa2' });

export const serve = siteServer(() => new Koa2() as unknown as Koa);
