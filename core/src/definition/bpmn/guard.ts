/** The first pass: bounds of a BPMN file, checked before any parsing. */
import { limits } from '../../base/limits.ts'
import type { Result } from '../../base/result.ts'
import { type GuardedText, guardXml, type XmlBounds } from '../xml/guard.ts'
import type { Finding } from './finding.ts'

const flowElementNames: ReadonlySet<string> = new Set([
  ...[
    'task',
    'serviceTask',
    'userTask',
    'scriptTask',
    'sendTask',
    'receiveTask',
    'manualTask',
    'businessRuleTask',
  ],
  ...['subProcess', 'transaction', 'adHocSubProcess', 'callActivity'],
  ...['startEvent', 'endEvent', 'intermediateCatchEvent', 'intermediateThrowEvent', 'boundaryEvent'],
  ...['exclusiveGateway', 'inclusiveGateway', 'parallelGateway', 'complexGateway', 'eventBasedGateway'],
  ...['sequenceFlow', 'dataObject', 'dataObjectReference', 'dataStoreReference'],
])
const subProcessNames: ReadonlySet<string> = new Set(['subProcess', 'transaction', 'adHocSubProcess'])

const bounds: XmlBounds = {
  language: 'BPMN 2.0',
  // Diagrams and extensions need about ten per flow element.
  maxElements: limits.definitionElements * 12,
  // Those around and inside sub-processes: definitions, extension elements and the like.
  maxDepth: limits.definitionDepth * 2,
  counted: {
    what: 'flow elements',
    max: limits.definitionElements,
    includes: (name) => flowElementNames.has(name),
  },
  nested: {
    what: 'nested sub-processes',
    max: limits.definitionDepth,
    includes: (name) => subProcessNames.has(name),
  },
}

export const guard = (text: string): Result<GuardedText, readonly Finding[]> => guardXml(text, bounds)
