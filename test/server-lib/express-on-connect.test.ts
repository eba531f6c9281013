import connect from 'connect';
import type { HostApp } from '../contracts/host.ts';
import { httpHostContract } from '../contracts/http-host.ts';

httpHostContract({ name: 'Connect', create: () => connect() as HostApp });
