import type { Express } from 'express';
import express4 from 'express4';
import { expressContract } from '../contracts/express-only.ts';
import type { HostApp } from '../contracts/host.ts';
import { httpHostContract } from '../contracts/http-host.ts';

const create = () => express4().disable('x-powered-by');

httpHostContract({ name: 'Express 4', create: () => create() as unknown as HostApp });
expressContract(create as unknown as () => Express);
