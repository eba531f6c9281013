import { OpenFeatureProvider, useNumberFlagValue, useStringFlagValue } from '@openfeature/react-sdk';
import { createElement as h, useState } from 'react';

/** The page, for the server and for the browser. */
export function App() {
  return h(OpenFeatureProvider, null, h(Cart));
}

function Cart() {
  const checkout = useStringFlagValue('CHECKOUT', 'CLASSIC');
  const limit = useNumberFlagValue('LIMIT', 3);
  const [lamps, setLamps] = useState(1);
  const add = () => setLamps(Math.min(lamps + 1, limit));
  return h(
    'main',
    null,
    h('h1', null, 'Cart'),
    h(
      'p',
      null,
      h('output', { id: 'lamps' }, lamps),
      ` of at most ${limit} lamps `,
      h('button', { type: 'button', onClick: add }, 'Add a lamp'),
    ),
    h(
      'p',
      { id: 'checkout' },
      checkout === 'ONE_PAGE' ? 'Address and payment on one page' : 'Step 1 of 2: your address',
    ),
  );
}
