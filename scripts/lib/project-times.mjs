/** A reporter for vitest that ends the output with the time that the files of each project took. */
export default class ProjectTimes {
  onTestRunEnd(modules) {
    const files = modules.map((module) => ({
      project: module.project.name,
      milliseconds: workOf(module.diagnostic()),
    }));
    console.log(`\n${timesTable(files)}`);
  }
}

/** One line for each project: its name, the total seconds of its files, and their number. Files run in parallel. */
export function timesTable(files) {
  const projects = new Map();
  for (const file of files) projects.set(file.project, [...(projects.get(file.project) ?? []), file]);
  const rows = [...projects].map(([name, those]) => {
    const seconds = those.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1_000;
    return { name, seconds, count: those.length };
  });
  return rows
    .sort((one, other) => other.seconds - one.seconds)
    .map(
      ({ name, seconds, count }) =>
        `${name.padEnd(10)}${seconds.toFixed(1).padStart(8)} s in ${count} ${count === 1 ? 'file' : 'files'}`,
    )
    .join('\n');
}

const workOf = ({ duration, collectDuration, prepareDuration, setupDuration, environmentSetupDuration }) =>
  duration + collectDuration + prepareDuration + setupDuration + environmentSetupDuration;
