/** Each node as its flow element, without the elements inside of it. */
import type { ActivityNode, Node, ProcessNode, StartFormSpec, ThrowEventNode } from '../../model/program.ts'
import type { XmlElement } from '../xml/xml-document.ts'
import { effectDefinitions, messageParts, triggerDefinitions } from './event-definitions.ts'
import { feelOf, textOf } from './expression-text.ts'
import {
  callExtension,
  jobExtensions,
  listenersExtension,
  mappingExtension,
  userTaskExtensions,
} from './extensions.ts'
import { loopElement } from './loops.ts'
import type { RootElements } from './root-elements.ts'
import { type Attributes, extensionElements, xml, xmlText } from './xml-parts.ts'

export type FlowNode = Exclude<Node, ProcessNode>

/** What is special about one node. */
type Special = {
  readonly name: string
  readonly attributes?: Attributes
  readonly extensions?: readonly (XmlElement | undefined)[]
  readonly children?: readonly (XmlElement | undefined)[]
  /** Of the standard's order, what stands behind the elements inside. */
  readonly trailing?: readonly (XmlElement | undefined)[]
}

const jobElements: ReadonlySet<string> = new Set([
  'serviceTask',
  'sendTask',
  'scriptTask',
  'businessRuleTask',
])
const passElements: ReadonlySet<string> = new Set(['task', 'manualTask'])

/** The element that a node was made of, where it can be one. */
const oneOf = (names: ReadonlySet<string>, { sourceType }: Node, otherwise: string): string =>
  names.has(sourceType) ? sourceType : otherwise

function activity(node: ActivityNode, roots: RootElements): Special {
  switch (node.type) {
    case 'pass-task':
      return { name: oneOf(passElements, node, 'task') }
    case 'job-task':
      return { name: oneOf(jobElements, node, 'serviceTask'), extensions: jobExtensions(node.job) }
    case 'expression-task': {
      const { expression, resultVariable } = node
      const script = xml('zeebe:script', { expression: textOf(expression), resultVariable })
      return { name: 'scriptTask', extensions: [script] }
    }
    case 'user-task':
      return { name: 'userTask', extensions: userTaskExtensions(node.task) }
    case 'receive-task':
      return {
        name: 'receiveTask',
        attributes: {
          messageRef:
            node.trigger.kind === 'message'
              ? roots.message(node.trigger.name, node.trigger.correlationKey)
              : undefined,
        },
      }
    case 'send-task': {
      if (node.effect.kind !== 'message') return { name: 'sendTask' }
      const { messageRef, details } = messageParts(node.effect, roots)
      return { name: 'sendTask', attributes: { messageRef }, extensions: [details] }
    }
    case 'call-activity':
      return { name: 'callActivity', extensions: [callExtension(node.call)] }
    case 'sub-process':
      return { name: node.transaction === true ? 'transaction' : 'subProcess' }
    case 'ad-hoc-sub-process': {
      const { sequential, cancelRemaining, activeElements, completionCondition } = node
      return {
        name: 'adHocSubProcess',
        attributes: {
          ordering: sequential ? 'Sequential' : 'Parallel',
          cancelRemainingInstances: cancelRemaining,
        },
        extensions: [
          activeElements && xml('zeebe:adHoc', { activeElementsCollection: feelOf(activeElements) }),
        ],
        trailing: [completionCondition && xmlText('bpmn:completionCondition', feelOf(completionCondition))],
      }
    }
  }
}

function throwEvent(node: ThrowEventNode, roots: RootElements): Special {
  return {
    name: node.sourceType === 'endEvent' ? 'endEvent' : 'intermediateThrowEvent',
    extensions: node.effect.kind === 'job' ? jobExtensions(node.effect.job) : [],
    children: effectDefinitions(node.effect, roots),
  }
}

function special(node: FlowNode, { roots, link }: Surroundings): Special {
  switch (node.type) {
    case 'loop':
      return activity(node.activity, roots)
    case 'event-sub-process':
      return { name: 'subProcess', attributes: { triggeredByEvent: true } }
    case 'start-event':
      return {
        name: 'startEvent',
        attributes: {
          isInterrupting: node.interrupting ? undefined : false,
          parallelMultiple: isParallel(node) ? true : undefined,
        },
        children: triggerDefinitions(node.trigger, roots),
      }
    case 'catch-event':
      // Without a trigger and without a link, several ways meet here.
      // A task without work: all its flows are taken, which a gateway would choose from.
      if (node.trigger.kind === 'none' && link === undefined) return { name: 'task' }
      return {
        name: 'intermediateCatchEvent',
        attributes: { parallelMultiple: isParallel(node) ? true : undefined },
        children: triggerDefinitions(node.trigger, roots),
      }
    case 'boundary-event':
      return {
        name: 'boundaryEvent',
        attributes: {
          attachedToRef: roots.ids.of(node.attachedTo),
          cancelActivity: node.interrupting ? undefined : false,
          parallelMultiple: isParallel(node) ? true : undefined,
        },
        children: triggerDefinitions(node.trigger, roots),
      }
    case 'throw-event':
      return throwEvent(node, roots)
    case 'exclusive-gateway':
    case 'parallel-gateway':
    case 'inclusive-gateway':
      return { name: node.type.replace('-g', 'G') }
    case 'event-based-gateway':
      return { name: 'eventBasedGateway' }
    case 'complex-gateway': {
      const { activationCondition } = node
      return {
        name: 'complexGateway',
        children: [activationCondition && xmlText('bpmn:activationCondition', feelOf(activationCondition))],
      }
    }
    default:
      return activity(node, roots)
  }
}

const isParallel = ({ trigger }: Extract<Node, { readonly trigger: unknown }>): boolean =>
  trigger.kind === 'multiple' && trigger.parallel

function quantities(node: FlowNode): Attributes {
  if (!('boundaryEvents' in node)) return {}
  return { startQuantity: node.startQuantity, completionQuantity: node.completionQuantity }
}

/** What else a node needs to know of its surroundings. */
export type Surroundings = {
  readonly roots: RootElements
  /** Form that asks for the variables of a new instance, when it is this event that starts one. */
  readonly startForm: StartFormSpec | undefined
  /** Whether a boundary event names the node as what undoes its activity. */
  readonly isHandler: boolean
  /** Name of the link that the event is one end of. */
  readonly link: string | undefined
  /** Elements inside. */
  readonly inside: readonly XmlElement[]
}

/** Children stand in the order of the standard's schema. */
export function nodeElement(node: FlowNode, around: Surroundings): XmlElement {
  const { roots, startForm, isHandler, link, inside } = around
  const { name, attributes, extensions = [], children = [], trailing = [] } = special(node, around)
  const carrier = node.type === 'loop' ? node.activity : node
  return xml(
    `bpmn:${name}`,
    {
      id: roots.ids.of(node.id),
      name: node.name,
      ...attributes,
      ...quantities(node),
      isForCompensation: isHandler ? true : undefined,
      default: node.defaultFlow && roots.ids.of(node.defaultFlow),
    },
    [
      extensionElements([
        ...extensions,
        startForm === undefined
          ? undefined
          : xml('zeebe:formDefinition', {
              formId: startForm.formId,
              bindingType: startForm.binding,
              versionTag: startForm.versionTag,
            }),
        mappingExtension(carrier.inputs, carrier.outputs),
        listenersExtension('execution', carrier.listeners),
      ]),
      node.type === 'loop' ? loopElement(node, roots) : undefined,
      ...children,
      link === undefined ? undefined : xml('bpmn:linkEventDefinition', { name: link }),
      ...inside,
      ...trailing,
    ],
  )
}
