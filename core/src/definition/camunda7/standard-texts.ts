/** Attributes and bodies of the standard that hold expressions, which a model of Camunda 7 writes as `${…}`. */
import { textIn, type XmlNode } from '../xml/xml-document.ts'
import { type ElementConversion, namesInActivities, namesInLoops } from './element-conversion.ts'
import { isTemplate } from './juel/translate.ts'

/** Elements whose body is an expression. */
const bodies: ReadonlySet<string> = new Set([
  ...['conditionExpression', 'condition', 'activationCondition', 'completionCondition'],
  ...['loopCondition', 'loopCardinality', 'timeDate', 'timeDuration', 'timeCycle'],
])
const loopBodies: ReadonlySet<string> = new Set(['completionCondition', 'loopCondition'])

const attributes: Readonly<Record<string, string>> = {
  message: 'name',
  signal: 'name',
  error: 'errorCode',
  escalation: 'escalationCode',
}

/** Names of languages that are none; other engines write the language of FEEL and JUEL in many ways, mostly as a URI. */
const isForeign = (language: string): boolean => !/^(?:feel|juel)$/i.test(language) && !language.includes('/')

export function convertAttribute(conversion: ElementConversion): void {
  const name = attributes[conversion.type]
  const text = name === undefined ? undefined : conversion.element.attributes.get(name)
  if (name === undefined || text === undefined || !isTemplate(text)) return
  const converted = conversion.text(text, name)
  if (converted !== undefined) conversion.changed.set(name, converted)
}

/** The new content of an element whose body is an expression of Camunda 7. */
export function convertedBody(conversion: ElementConversion): readonly XmlNode[] | undefined {
  const { type, element, file } = conversion
  if (!bodies.has(type)) return undefined
  const text = textIn(element)
  const language = element.attributes.get('language')
  if (file.isCamunda7 && language !== undefined && isForeign(language)) {
    conversion.refused(`${type} language="${language}"`, 'expected an expression in FEEL or JUEL')
    return undefined
  }
  if (!isTemplate(text)) return undefined
  const feel = conversion.feel(text, type, loopBodies.has(type) ? namesInLoops : namesInActivities)
  return feel === undefined ? undefined : [{ kind: 'text', text: `=${feel}` }]
}
