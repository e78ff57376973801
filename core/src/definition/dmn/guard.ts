/** The first pass: bounds of a DMN file, checked before any parsing. */
import { limits } from '../../base/limits.ts'
import type { Result } from '../../base/result.ts'
import type { FindingOf } from '../finding.ts'
import { type GuardedText, guardXml, type TextCode, type XmlBounds } from '../xml/guard.ts'

const elementNames: ReadonlySet<string> = new Set([
  ...['decision', 'inputData', 'businessKnowledgeModel', 'decisionService', 'itemDefinition'],
  ...['knowledgeSource', 'itemComponent', 'contextEntry', 'binding'],
])

const boxedNames: ReadonlySet<string> = new Set([
  ...['context', 'invocation', 'list', 'relation', 'functionDefinition', 'decisionTable'],
  ...['conditional', 'filter', 'for', 'some', 'every', 'itemComponent'],
])

const bounds: XmlBounds = {
  language: 'DMN',
  // A table of the size that its text may have: a rule with one input and one output is five elements.
  maxElements: limits.definitionElements * 16,
  // Each boxed expression brings up to three elements around it.
  maxDepth: limits.definitionDepth * 4,
  counted: {
    what: 'decisions, types and entries',
    max: limits.definitionElements,
    includes: (name) => elementNames.has(name),
  },
  nested: {
    what: 'nested boxed expressions',
    max: limits.definitionDepth,
    includes: (name) => boxedNames.has(name),
  },
}

export const guard = (text: string): Result<GuardedText, readonly FindingOf<TextCode>[]> =>
  guardXml(text, bounds)
