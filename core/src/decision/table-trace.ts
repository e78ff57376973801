/** What a decision table did, for people who ask why. */
import type { Value } from '../expression/values.ts'

export type TracedRule = { readonly rule: number; readonly outputs: readonly Value[] }

export type TableTrace = { readonly inputs: Value[]; readonly rules: TracedRule[] }
