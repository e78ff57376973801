/// <reference path="./bpmn-moddle.d.ts" />
/** The types of elements that the parser knows: BPMN 2.0 and the zeebe extensions, corrected where they lose something. */
import { BpmnModdle } from 'bpmn-moddle'
import bpmn from 'bpmn-moddle/resources/bpmn/json/bpmn.json' with { type: 'json' }
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' }
import { braidNamespace } from '../xml/braid-namespace.ts'

type Property = { readonly name: string; readonly [attribute: string]: unknown }

/** The parser would make 1 of 1.5, and NaN of a word: counts are read as the text that they are. */
const counts: ReadonlySet<string> = new Set(['startQuantity', 'completionQuantity', 'loopMaximum'])

function corrected(type: string, property: Property): Property {
  if (counts.has(property.name)) return { name: property.name, type: 'String', isAttr: true }
  // In the standard's schema it is an element, as that of a script task is.
  if (type === 'GlobalScriptTask' && property.name === 'script') return { name: 'script', type: 'String' }
  return property
}

const correctedBpmn = {
  ...bpmn,
  types: bpmn.types.map((type) => {
    if (!('properties' in type)) return type
    const properties: readonly Property[] = type.properties
    return { ...type, properties: properties.map((property) => corrected(type.name, property)) }
  }),
}

const attribute = (name: string): Property => ({ name, type: 'String', isAttr: true })

/** Camunda 8 knows this element (message throw events that the engine publishes itself), its metamodel does not. */
const publishMessage = {
  name: 'PublishMessage',
  superClass: ['Element'],
  properties: ['correlationKey', 'messageId', 'timeToLive'].map(attribute),
}

/** What neither knows: documented in ARCHITECTURE.md. */
const braid = {
  name: 'Braid',
  prefix: 'braid',
  uri: braidNamespace,
  xml: { tagAlias: 'lowerCase' },
  associations: [],
  types: [
    { name: 'Stream', superClass: ['Element'], properties: [attribute('type'), attribute('retries')] },
    { name: 'Failure', superClass: ['Element'], properties: [attribute('errorCode')] },
  ],
}

export const moddle = new BpmnModdle(
  { bpmn: correctedBpmn, zeebe: { ...zeebe, types: [...zeebe.types, publishMessage] }, braid },
  { nsMap: { 'http://camunda.org/schema/1.0/bpmn': 'camunda' } },
)
