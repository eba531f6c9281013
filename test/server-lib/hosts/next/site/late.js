// A part of a page waits until a request lets it go on. Next bundles each route, so they share only the global object.

function createLate() {
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  return { released, release };
}

globalThis.late ??= createLate();
export const { late } = globalThis;
