/** Rules documents, which change flags at run time, and their sources. */
export {
  type CompiledRules,
  compileRules,
  type EvaluationContext,
  type RuleEvaluation,
} from './rules/compile-rules.ts';
export type { RulesWarning } from './rules/document/warnings.ts';
export type { RulesSnapshot, RulesSource, SourceEvent, SourceHealth } from './rules/rules-source.ts';
export { type FileSourceOptions, fileSource } from './sources/file/file-source.ts';
export {
  type HttpFetch,
  type HttpHeaders,
  type HttpSourceOptions,
  httpSource,
} from './sources/http/http-source.ts';
export type { RemoteOptions } from './sources/remote-source.ts';
