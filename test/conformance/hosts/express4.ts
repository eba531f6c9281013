import type { Express } from 'express';
import express4 from 'express4';
import { nodeHost } from '../node-host.ts';
import { siteServer } from './express.ts';

export const host = nodeHost({ name: 'Express 4', module: 'express4' });

export const serve = siteServer(express4 as unknown as () => Express);
