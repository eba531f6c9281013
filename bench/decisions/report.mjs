import { number, ratio, table } from '../report/table.mjs';
import { SUBJECTS } from '../subjects/subjects.mjs';
import { measureDecisions } from './measure.mjs';
import { KINDS, SIZES } from './work.mjs';

const MAIN = 1_000;

/** Measures every kind of decision with every number of flags; returns the section for RESULTS.md. */
export async function decisionsReport(say) {
  const found = new Map();
  for (const size of SIZES) {
    for (const kind of KINDS) {
      say(`decisions: ${kind}, ${number(size)} flags`);
      found.set(`${kind} ${size}`, await measureDecisions(SUBJECTS, { kind, size, rounds: size === MAIN ? 9 : 3 }));
    }
  }
  const sections = KINDS.map((kind) => {
    const limit = found.get(`${kind} ${MAIN}`).get('map-closure');
    const rows = SUBJECTS.map(({ id, title }) => [
      title,
      ...SIZES.map((size) => number(found.get(`${kind} ${size}`).get(id))),
      ratio(found.get(`${kind} ${MAIN}`).get(id) / limit),
    ]);
    return `### ${TITLES[kind]}\n\n${table(['ns for one evaluation', ...SIZES.map(columnOf), '× limit at 1,000'], rows)}`;
  });
  return sections.join('\n\n');
}

const columnOf = (size) => `${number(size)} flags`;

const TITLES = {
  'allow-list': 'An allow-list of ten users; half of the evaluations are for a listed user',
  rollout: 'A rollout to half of the users, with a rules document if the library has one',
};
