/** Rules documents: flags that are decided at run time, and where the documents come from. */
export {
  type CompiledRules,
  compileRules,
  type EvaluationContext,
  type RuleEvaluation,
} from './rules/compile-rules.ts';
export type { RulesWarning } from './rules/document/warnings.ts';
export type { RulesSnapshot, RulesSource, SourceEvent, SourceHealth } from './rules/rules-source.ts';
export { type FileSourceOptions, fileSource } from './sources/file/file-source.ts';
