/** Multi-instance: what the runs are for. */
import { attributeText, type ElementConversion } from './element-conversion.ts'
import { variableFeel } from './juel/feel.ts'
import { isTemplate } from './juel/translate.ts'

export function convertLoop(conversion: ElementConversion): void {
  if (conversion.type !== 'multiInstanceLoopCharacteristics') return
  const [collection, inputElement] = [conversion.take('collection'), conversion.take('elementVariable')]
  if (collection === undefined) {
    if (inputElement !== undefined) {
      conversion.refused(
        attributeText('elementVariable', inputElement),
        'expected a camunda:collection for it',
      )
    }
    return
  }
  const from = [
    attributeText('collection', collection),
    ...(inputElement === undefined ? [] : [attributeText('elementVariable', inputElement)]),
  ].join(' ')
  // Without an expression, the name of a variable.
  const feel = isTemplate(collection)
    ? conversion.feel(collection, 'camunda:collection')
    : variableFeel(collection.trim())
  if (feel !== undefined)
    conversion.extend(from, 'loopCharacteristics', { inputCollection: `=${feel}`, inputElement })
}
