// Imports what it is told to, or nothing, and ends: what a process pays for a library before its first line.
const [specifier] = process.argv.slice(2);
if (specifier !== undefined) await import(specifier);
process.exit(0);
