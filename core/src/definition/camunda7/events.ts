/** What events that catch errors and escalations tell of them. */
import { elementsIn, type XmlElement } from '../xml/xml-document.ts'
import { attributeText, type ElementConversion } from './element-conversion.ts'
import { bpmnNamespace, localNameIn } from './namespaces.ts'

/** Event definitions and their references to what has a code. */
const references: Readonly<Record<string, string>> = {
  errorEventDefinition: 'errorRef',
  escalationEventDefinition: 'escalationRef',
}

function caughtCode(event: XmlElement, conversion: ElementConversion): string | undefined {
  for (const definition of elementsIn(event)) {
    const reference = references[localNameIn(bpmnNamespace, definition) ?? '']
    if (reference === undefined) continue
    const id = definition.attributes.get(reference) ?? ''
    return conversion.file.codes.get(id.slice(id.indexOf(':') + 1))
  }
  return undefined
}

/** An event that catches one constant code can say it without asking. */
export function convertCaughtCode(conversion: ElementConversion): void {
  for (const name of ['errorCodeVariable', 'escalationCodeVariable']) {
    const variable = conversion.take(name)
    if (variable === undefined) continue
    const code = caughtCode(conversion.element, conversion)
    const from = attributeText(name, variable)
    if (code === undefined) {
      conversion.refused(
        from,
        'expected the event to catch one constant code: which one it caught is not told',
      )
      continue
    }
    conversion.map(from, 'output', `=${JSON.stringify(code)}`, variable)
    conversion.differs(from, 'other variables that come with it stay at the event; map those that are needed')
  }
}
