import { GatekeeperUsed } from 'gatekeeper-flags/next';
import { pageOf } from '../../definitions.mjs';
import { gk } from '../../flags.js';

async function Flags({ names }) {
  return <p>{pageOf(await gk(), names)}</p>;
}

export default async function Page({ searchParams }) {
  const { flags } = await searchParams;
  return (
    <>
      <Flags names={flags} />
      <GatekeeperUsed gk={gk} />
    </>
  );
}
