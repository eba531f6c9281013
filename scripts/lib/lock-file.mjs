/** The optional dependencies that are missing from a lock file: `{ name, version, wantedBy }`. */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([where, wantedBy]) =>
    Object.entries(wantedBy.optionalDependencies ?? {})
      .filter(([name]) => !places(where, name).some((place) => place in packages))
      .map(([name, version]) => ({ name, version, wantedBy })),
  );
}

// The folders in Node's order: for a/node_modules/b, a/node_modules/b/node_modules/, a/node_modules/ and node_modules/.
function places(where, name) {
  const parents = [''];
  for (let at = where.indexOf('node_modules/'); at >= 0; at = where.indexOf('node_modules/', at + 1)) {
    const end = where.indexOf('/node_modules/', at);
    parents.push(`${end < 0 ? where : where.slice(0, end)}/`);
  }
  return parents.map((parent) => `${parent}node_modules/${name}`);
}
