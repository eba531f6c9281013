import { writeFileSync } from 'node:fs';
import { conformanceVectors } from './vectors.ts';

// Run this after a change of test/vectors: npx tsx scripts/conformance/write-vectors.ts

writeFileSync(new URL('../../server-lib/cli/conform/vectors.json', import.meta.url), conformanceVectors());
