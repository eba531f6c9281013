import { GatekeeperUsed } from 'gatekeeper-flags/next';
import { gk } from '../flags.js';
import { Search } from './search.jsx';

async function NewFeature() {
  return (await gk()).ff('MY_NEW_FEATURE', 'VISIBLE') ? <p data-testid="my-new-feature">New</p> : null;
}

export default function Page() {
  return (
    <>
      <NewFeature />
      <Search />
      <form method="post" action="/sign-in">
        <button type="submit" name="user" value="1">
          Sign in
        </button>
      </form>
      <GatekeeperUsed gk={gk} />
    </>
  );
}
