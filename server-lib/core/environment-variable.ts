/**
 * A variable of the running process's environment; `undefined` where there is none.
 *
 * Bundlers replace `process.env.NODE_ENV` by the value of the machine that builds, also through a renamed
 * `process.env`. A name that arrives as an argument, looked up on the global object, is out of their reach.
 */
export function environmentVariable(name: string): string | undefined {
  const { process: running } = globalThis as { readonly process?: { readonly env?: NodeJS.ProcessEnv } };
  return running?.env?.[name];
}
