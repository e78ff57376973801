/** `camunda:inputOutput`: texts, expressions, lists and maps as mappings. */
import { elementsIn, textIn, type XmlElement } from '../xml/xml-document.ts'
import { childrenOf, type ElementConversion } from './element-conversion.ts'
import { camundaNamespace, localNameIn } from './namespaces.ts'

/** FEEL of what a parameter, an item or an entry holds; `undefined` after a refusal. */
function feelOf(holder: XmlElement, from: string, conversion: ElementConversion): string | undefined {
  const [inner] = elementsIn(holder)
  if (inner === undefined) {
    const text = textIn(holder).trim()
    return text === '' ? 'null' : conversion.feel(text, from)
  }
  const kind = localNameIn(camundaNamespace, inner)
  const parts = elementsIn(inner)
  if (kind === 'list') {
    const items = parts.map((item) => feelOf(wrapped(item), from, conversion))
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`
  }
  if (kind === 'map') {
    const entries = parts.map((entry) => {
      const feel = feelOf(entry, from, conversion)
      return feel === undefined ? undefined : `${JSON.stringify(entry.attributes.get('key') ?? '')}: ${feel}`
    })
    return entries.includes(undefined) ? undefined : `{${entries.join(', ')}}`
  }
  conversion.refused(
    `${from}: ${inner.name}`,
    'expected a text, a list or a map; let a script task compute it',
  )
  return undefined
}

/** An item of a list is a value, or itself a list, map or script. */
const wrapped = (item: XmlElement): XmlElement =>
  localNameIn(camundaNamespace, item) === 'value' ? item : { ...item, children: [item] }

function convertParameter(
  parameter: XmlElement,
  side: 'input' | 'output',
  conversion: ElementConversion,
): void {
  const name = parameter.attributes.get('name') ?? ''
  const from = `camunda:${side}Parameter ${name}`
  const isText = elementsIn(parameter).length === 0
  const text = textIn(parameter).trim()
  if (isText && text !== '') {
    const source = conversion.text(text, from)
    if (source !== undefined) conversion.map(from, side, source, name)
    return
  }
  const feel = isText ? 'null' : feelOf(parameter, from, conversion)
  if (feel !== undefined) conversion.map(from, side, `=${feel}`, name)
}

export function convertMappings(conversion: ElementConversion): void {
  for (const inputOutput of conversion.takeElements('inputOutput')) {
    if (conversion.type === 'callActivity') {
      const message =
        'expected camunda:in and camunda:out alone, which name what the called process gets and gives'
      conversion.refused('camunda:inputOutput', message)
      continue
    }
    const outputs = childrenOf(inputOutput, 'outputParameter')
    for (const input of childrenOf(inputOutput, 'inputParameter'))
      convertParameter(input, 'input', conversion)
    for (const output of outputs) convertParameter(output, 'output', conversion)
    if (outputs.length === 0) continue
    const message =
      'other variables that a job or an event brings stay at the element; map those that are needed'
    conversion.differs('camunda:outputParameter', message)
  }
}
