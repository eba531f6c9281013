import { gk } from '../../flags.js';

export default async function Page() {
  const [one, two] = await Promise.all([gk(), gk()]);
  const names = ['MY_NEW_FEATURE', 'STAFF_ONLY'];
  return <output>{[one === two, ...names.map((name) => one.explain(name).source)].join(' ')}</output>;
}
