import { Suspense } from 'react';
import { gk } from '../../flags.js';
import { late } from '../../late.js';

export const dynamic = 'force-dynamic'; // a build would wait for ever

async function Late() {
  await late.released;
  return <output>{(await gk()).ffVariant('SEARCH')}</output>;
}

export default function Page() {
  return (
    <Suspense fallback={<p>Waiting</p>}>
      <Late />
    </Suspense>
  );
}
