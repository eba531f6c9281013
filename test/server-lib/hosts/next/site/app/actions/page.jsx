import { gk } from '../../flags.js';

async function choose(form) {
  'use server';
  const gate = await gk();
  gate.ff('SEARCH', 'FUZZY'); // evaluated before the change
  gate.setBrowserOverrideVariant('SEARCH', form.get('variant'));
}

export default async function Page() {
  const gate = await gk();
  const isSet = gate.setBrowserOverrideVariant('SEARCH', 'FUZZY'); // not possible in a server component
  return (
    <form action={choose}>
      <output>{`${gate.ffVariant('SEARCH')} ${isSet}`}</output>
      <input name="variant" />
    </form>
  );
}
