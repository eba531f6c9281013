import { cookies } from './cookies.ts';
import { grants } from './grants.ts';
import { manifests } from './manifests.ts';
import type { Target } from './target.ts';

/** The targets by the name of their option. */
export const TARGETS = { cookies, manifests, grants } satisfies Readonly<Record<string, Target>>;
