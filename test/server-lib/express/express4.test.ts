import type { Express } from 'express';
import express4 from 'express4';
import { expressContract } from '../../contracts/http-host/express-only.ts';
import type { HostApp } from '../../contracts/http-host/host.ts';
import { httpHostContract } from '../../contracts/http-host/http-host.ts';

const create = () => express4().disable('x-powered-by');

httpHostContract({ name: 'Express 4', create: () => create() as unknown as HostApp });
expressContract(create as unknown as () => Express);
