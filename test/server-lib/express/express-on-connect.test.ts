import connect from 'connect';
import type { HostApp } from '../../contracts/http-host/host.ts';
import { httpHostContract } from '../../contracts/http-host/http-host.ts';

httpHostContract({ name: 'Connect', create: () => connect() as HostApp });
