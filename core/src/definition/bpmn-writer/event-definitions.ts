/** What events wait for and do, as event definitions. */
import type { Effect, ElementId, Trigger } from '../../model/program.ts'
import type { XmlElement } from '../xml/xml-document.ts'
import { feelOf, numberOrTextOf, textOf } from './expression-text.ts'
import type { RootElements } from './root-elements.ts'
import { xml, xmlText } from './xml-parts.ts'

const timerElements = { date: 'timeDate', duration: 'timeDuration', cycle: 'timeCycle' } as const

/** In order; none for an event that waits for nothing. */
export function triggerDefinitions(trigger: Trigger, roots: RootElements): readonly XmlElement[] {
  switch (trigger.kind) {
    case 'none':
      return []
    case 'message': {
      const messageRef = roots.message(trigger.name, trigger.correlationKey)
      return [xml('bpmn:messageEventDefinition', { messageRef })]
    }
    case 'timer': {
      const value = xmlText(`bpmn:${timerElements[trigger.timer]}`, textOf(trigger.value))
      return [xml('bpmn:timerEventDefinition', {}, [value])]
    }
    case 'signal':
      return [xml('bpmn:signalEventDefinition', { signalRef: roots.signal(trigger.name) })]
    case 'error':
    case 'escalation': {
      const code = trigger.code === undefined ? undefined : { value: trigger.code }
      return [
        xml(`bpmn:${trigger.kind}EventDefinition`, {
          [`${trigger.kind}Ref`]: roots.code(trigger.kind, code),
        }),
      ]
    }
    case 'conditional': {
      const condition = xmlText('bpmn:condition', feelOf(trigger.condition))
      return [xml('bpmn:conditionalEventDefinition', {}, [condition])]
    }
    case 'compensation':
      return [xml('bpmn:compensateEventDefinition')]
    case 'cancel':
      return [xml('bpmn:cancelEventDefinition')]
    case 'multiple':
      return trigger.triggers.flatMap((part) => triggerDefinitions(part, roots))
  }
}

/** Triggers of a boundary event that name what undoes its activity. */
export const handlerOf = (trigger: Trigger): ElementId | undefined =>
  trigger.kind === 'compensation' ? trigger.handler : undefined

const publishMessage = (effect: Extract<Effect, { kind: 'message' }>): XmlElement | undefined => {
  const { correlationKey, messageId, timeToLive } = effect
  if (correlationKey === undefined && messageId === undefined && timeToLive === undefined) return undefined
  return xml('zeebe:publishMessage', {
    correlationKey: correlationKey && textOf(correlationKey),
    messageId: messageId && textOf(messageId),
    timeToLive: timeToLive && numberOrTextOf(timeToLive),
  })
}

/** The message of an effect, with what goes beyond its reference. */
export const messageParts = (
  effect: Extract<Effect, { kind: 'message' }>,
  roots: RootElements,
): { readonly messageRef: string; readonly details: XmlElement | undefined } => ({
  messageRef: roots.message(effect.name),
  details: publishMessage(effect),
})

/** In order; none for an event that does nothing. A job is an extension of its event's message definition. */
export function effectDefinitions(effect: Effect, roots: RootElements): readonly XmlElement[] {
  switch (effect.kind) {
    case 'none':
      return []
    case 'message': {
      const { messageRef, details } = messageParts(effect, roots)
      const extensions = details && xml('bpmn:extensionElements', {}, [details])
      return [xml('bpmn:messageEventDefinition', { messageRef }, [extensions])]
    }
    case 'job':
      return [xml('bpmn:messageEventDefinition')]
    case 'signal':
      return [xml('bpmn:signalEventDefinition', { signalRef: roots.signal(effect.name) })]
    case 'error':
    case 'escalation': {
      const reference = roots.code(effect.kind, effect.code)
      return [xml(`bpmn:${effect.kind}EventDefinition`, { [`${effect.kind}Ref`]: reference })]
    }
    case 'terminate':
      return [xml('bpmn:terminateEventDefinition')]
    case 'cancel':
      return [xml('bpmn:cancelEventDefinition')]
    case 'compensation': {
      const { activity, wait } = effect
      return [
        xml('bpmn:compensateEventDefinition', {
          activityRef: activity && roots.ids.of(activity),
          waitForCompletion: wait,
        }),
      ]
    }
    case 'multiple':
      return effect.effects.flatMap((part) => effectDefinitions(part, roots))
  }
}
