/** A reporter for vitest: how long the files of each project took, after everything else that is said. */
export default class ProjectTimes {
  onTestRunEnd(modules) {
    const files = modules.map((module) => ({
      project: module.project.name,
      milliseconds: workOf(module.diagnostic()),
    }));
    console.log(`\n${timesTable(files)}`);
  }
}

/** A line for each project: its name, the seconds of its files, their number. Files run side by side. */
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
