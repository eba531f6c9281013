import { GatekeeperUsed } from 'gatekeeper-flags/next';
import { contextOf } from 'gatekeeper-flags/openfeature';
import { client, gk } from '../flags.js';

export default async function Page() {
  const flags = await gk();
  const banner = await client.getStringValue('banner', 'none', contextOf(flags));
  return (
    <>
      <output>{banner}</output>
      <GatekeeperUsed gk={flags} />
    </>
  );
}
