/** How often an activity runs, as loop characteristics. */
import type { LoopEvent, LoopNode, LoopSpec } from '../../model/program.ts'
import type { XmlElement } from '../xml/xml-document.ts'
import { effectDefinitions } from './event-definitions.ts'
import { countOf, feelOf } from './expression-text.ts'
import { mappingExtension, streamExtensions } from './extensions.ts'
import type { RootElements } from './root-elements.ts'
import { type Attributes, extensionElements, xml, xmlText } from './xml-parts.ts'

type MultiInstance = Extract<LoopSpec, { kind: 'multi-instance' }>
type LoopParts = Pick<LoopNode, 'inputs' | 'outputs'> & { readonly loop: MultiInstance }
type Behavior = { readonly attributes: Attributes; readonly children: readonly XmlElement[] }

/** Where an attribute can only name one event, the same is said as a condition on each run. */
const conditionOf = ({ after, condition }: LoopEvent): string => {
  if (condition !== undefined) return feelOf(condition)
  return after === 'each' ? '=true' : '=numberOfCompletedInstances = 1'
}

function behaviorOf(events: readonly LoopEvent[], roots: RootElements): Behavior {
  const [only, ...others] = events
  if (only === undefined) return { attributes: {}, children: [] }
  const [definition, ...more] = effectDefinitions(only.effect, roots)
  if (definition !== undefined && more.length + others.length === 0 && only.condition === undefined) {
    const reference = roots.eventDefinition(definition)
    const attributes =
      only.after === 'first'
        ? { behavior: 'One', oneBehaviorEventRef: reference }
        : { behavior: 'None', noneBehaviorEventRef: reference }
    return { attributes, children: [] }
  }
  const children = events.map((event) =>
    xml('bpmn:complexBehaviorDefinition', {}, [
      xmlText('bpmn:condition', conditionOf(event)),
      xml('bpmn:event', {}, effectDefinitions(event.effect, roots)),
    ]),
  )
  return { attributes: { behavior: 'Complex' }, children }
}

function multiInstance({ loop, inputs, outputs }: LoopParts, roots: RootElements): XmlElement {
  const { attributes, children } = behaviorOf(loop.events, roots)
  const zeebe = {
    inputCollection: loop.collection && feelOf(loop.collection),
    inputElement: loop.inputElement,
    outputCollection: loop.outputCollection,
    outputElement: loop.outputElement && feelOf(loop.outputElement),
  }
  const isExtended = Object.values(zeebe).some((value) => value !== undefined)
  return xml('bpmn:multiInstanceLoopCharacteristics', { isSequential: loop.sequential, ...attributes }, [
    extensionElements([
      isExtended ? xml('zeebe:loopCharacteristics', zeebe) : undefined,
      ...(loop.stream === undefined ? [] : streamExtensions(loop.stream)),
      mappingExtension(inputs, outputs),
    ]),
    loop.cardinality && xmlText('bpmn:loopCardinality', countOf(loop.cardinality)),
    ...children,
    loop.completionCondition && xmlText('bpmn:completionCondition', feelOf(loop.completionCondition)),
  ])
}

export function loopElement({ loop, inputs, outputs }: LoopNode, roots: RootElements): XmlElement {
  if (loop.kind === 'multi-instance') return multiInstance({ loop, inputs, outputs }, roots)
  const { testBefore, maximum, condition } = loop
  const attributes = { testBefore, loopMaximum: maximum && countOf(maximum) }
  return xml('bpmn:standardLoopCharacteristics', attributes, [
    condition && xmlText('bpmn:loopCondition', feelOf(condition)),
  ])
}
