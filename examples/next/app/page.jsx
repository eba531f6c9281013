import { GatekeeperUsed } from 'gatekeeper-flags/next';
import { gk } from '../flags.js';

export default async function Page() {
  const flags = await gk();
  return (
    <>
      {flags.ff('WELCOME', 'SHOWN') && <p>Welcome</p>}
      <p>{`Checkout: ${flags.ffVariant('CHECKOUT')}`}</p>
      <GatekeeperUsed gk={flags} />
    </>
  );
}
