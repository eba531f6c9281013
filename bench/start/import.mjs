// Imports the given module, or nothing, and ends: the cost of a library before the first line of a program.
const [specifier] = process.argv.slice(2);
if (specifier !== undefined) await import(specifier);
process.exit(0);
