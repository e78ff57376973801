import type { ProcessDefinition } from '@braid/contract/process-definition.ts'

/** One version of a process: what is left by a migration, or what it leads to. */
export type DefinitionReference = Pick<ProcessDefinition, 'processDefinitionKey' | 'processDefinitionId'>
