import { spawnSync } from 'node:child_process';

/** The Python that runs examples/flask: the first one that has Flask; `undefined` if there is none. */
export function findPython() {
  // Debian's package is for the system's Python, which may stand behind another one in PATH.
  return ['/usr/bin/python3', 'python3'].find(hasFlask);
}

function hasFlask(python) {
  return spawnSync(python, ['-c', 'import flask'], { stdio: 'ignore' }).status === 0;
}
