/** Rules documents: flags that are decided at run time, and where the documents come from. */
export type { RulesSnapshot, RulesSource, SourceEvent, SourceHealth } from './rules/rules-source.ts';
