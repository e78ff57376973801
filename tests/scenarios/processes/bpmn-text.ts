/** A short way to write BPMN files: elements as functions, sequence flows as text. */

type Attributes = Readonly<Record<string, string | boolean | undefined>>

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '')

/** One element of XML. */
export function xml(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
  return `<${name}${written.join('')}>${content.join('')}</${name}>`
}

/** `a -> b -> c`, or `a -> b if =condition`. */
function flows(text: string): string {
  const [path = '', condition] = text.split(' if ')
  const ids = path.split(' -> ')
  return ids
    .slice(1)
    .map((target, index) => {
      const source = ids[index] ?? ''
      const content = condition === undefined ? [] : [xml('conditionExpression', {}, escaped(condition))]
      return xml(
        'sequenceFlow',
        { id: `${source}-${target}`, sourceRef: source, targetRef: target },
        ...content,
      )
    })
    .join('')
}

/** Elements, and flows between them. */
type Content = readonly string[]
const written = (content: Content): string =>
  content.map((part) => (part.startsWith('<') ? part : flows(part))).join('')

/** A whole file: messages, signals and errors, and a process. */
export const bpmn = (...rootElements: Content): string =>
  xml(
    'definitions',
    {
      xmlns: 'http://www.omg.org/spec/BPMN/20100524/MODEL',
      // Without it, `${…}` is an expression.
      'xmlns:zeebe': rootElements.some((element) => element.includes('<zeebe:'))
        ? 'http://camunda.org/schema/zeebe/1.0'
        : undefined,
      targetNamespace: 'urn:braid:test',
    },
    ...rootElements,
  )

export const process = (id: string, ...content: Content): string =>
  xml('process', { id, isExecutable: true }, written(content))

export const message = (name: string, correlationKey?: string): string =>
  xml(
    'message',
    { id: name, name },
    ...(correlationKey === undefined ? [] : [extensions(xml('zeebe:subscription', { correlationKey }))]),
  )
export const signal = (name: string): string => xml('signal', { id: name, name })
export const error = (code: string): string => xml('error', { id: code, errorCode: code })

const extensions = (...content: Content): string => xml('extensionElements', {}, ...content)

/** What an event waits for, or throws. */
export const on = {
  duration: (time: string) => timer('timeDuration', time),
  cycle: (time: string) => timer('timeCycle', time),
  date: (time: string) => timer('timeDate', time),
  message: (messageRef: string) => xml('messageEventDefinition', { messageRef }),
  signal: (signalRef: string) => xml('signalEventDefinition', { signalRef }),
  error: (errorRef?: string) => xml('errorEventDefinition', { errorRef }),
  compensation: (activityRef?: string) => xml('compensateEventDefinition', { activityRef }),
  cancel: xml('cancelEventDefinition', {}),
  terminate: xml('terminateEventDefinition', {}),
} as const
const timer = (kind: string, time: string): string => xml('timerEventDefinition', {}, xml(kind, {}, time))

type Mappings = {
  /** FEEL by the variable that it sets. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
}
function mappings({ inputs = {}, outputs = {} }: Mappings): string {
  const entries = (kind: string, sources: Readonly<Record<string, string>>): string[] =>
    Object.entries(sources).map(([target, source]) => xml(`zeebe:${kind}`, { source, target }))
  const all = [...entries('input', inputs), ...entries('output', outputs)]
  return all.length === 0 ? '' : xml('zeebe:ioMapping', {}, ...all)
}

export const start = (id: string, trigger = '', options: { readonly interrupting?: boolean } = {}): string =>
  xml('startEvent', { id, isInterrupting: options.interrupting }, trigger)
export const end = (id: string, trigger = ''): string => xml('endEvent', { id }, trigger)
export const throwing = (id: string, trigger = ''): string => xml('intermediateThrowEvent', { id }, trigger)
export const catching = (id: string, trigger: string, options: Mappings = {}): string =>
  xml('intermediateCatchEvent', { id }, extensions(mappings(options)), trigger)
export const boundary = (
  id: string,
  attachedToRef: string,
  trigger: string,
  options: Mappings & { readonly interrupting?: boolean } = {},
): string => {
  const { interrupting: cancelActivity } = options
  return xml('boundaryEvent', { id, attachedToRef, cancelActivity }, extensions(mappings(options)), trigger)
}

export const gateway = (
  kind: 'exclusive' | 'inclusive' | 'parallel' | 'eventBased',
  id: string,
  defaultTarget?: string,
): string =>
  xml(`${kind}Gateway`, { id, default: defaultTarget === undefined ? undefined : `${id}-${defaultTarget}` })

export type TaskOptions = Mappings & {
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** From `forEach`. */
  readonly loop?: string
  readonly isForCompensation?: boolean
}

/** A service task, whose job has the type of its id unless another one is given. */
export function task(id: string, options: TaskOptions = {}): string {
  const { type = id, headers = {}, loop = '', isForCompensation } = options
  const headerList = Object.entries(headers).map(([key, value]) => xml('zeebe:header', { key, value }))
  return xml(
    'serviceTask',
    { id, isForCompensation },
    extensions(
      xml('zeebe:taskDefinition', { type }),
      headerList.length === 0 ? '' : xml('zeebe:taskHeaders', {}, ...headerList),
      mappings(options),
    ),
    loop,
  )
}

/** Sets one variable by an expression, without a worker. */
export const script = (id: string, expression: string, resultVariable: string): string =>
  xml('scriptTask', { id }, extensions(xml('zeebe:script', { expression, resultVariable })))

/** A task with a handler that undoes it, `undo_<id>`. */
export const undoable = (id: string, options: TaskOptions = {}): string => task(id, options) + undoneBy(id)

/** What undoes an activity. */
export const undoneBy = (id: string): string =>
  boundary(`undone_${id}`, id, on.compensation()) +
  task(`undo_${id}`, { isForCompensation: true }) +
  xml('association', { id: `${id}-undo_${id}`, sourceRef: `undone_${id}`, targetRef: `undo_${id}` })

export const call = (id: string, processId: string, options: Mappings & { readonly all?: boolean } = {}) =>
  xml(
    'callActivity',
    { id },
    extensions(
      xml('zeebe:calledElement', {
        processId,
        propagateAllParentVariables: options.all ?? false,
        propagateAllChildVariables: options.all ?? false,
      }),
      mappings(options),
    ),
  )

export type Loop = {
  readonly of: string
  readonly as: string
  readonly sequential?: boolean
  /** Completion condition. */
  readonly until?: string
  /** The list, and what each run gives to it. */
  readonly collect?: readonly [string, string]
}

/** Multi-instance: a run for each item. */
export const forEach = ({ of, as, sequential = false, until, collect }: Loop): string =>
  xml(
    'multiInstanceLoopCharacteristics',
    { isSequential: sequential },
    extensions(
      xml('zeebe:loopCharacteristics', {
        inputCollection: of,
        inputElement: as,
        outputCollection: collect?.[0],
        outputElement: collect?.[1],
      }),
    ),
    until === undefined ? '' : xml('completionCondition', {}, escaped(until)),
  )

const scope =
  (name: string, attributes: Attributes) =>
  (id: string, ...content: Content): string =>
    xml(name, { id, ...attributes }, written(content))

/** May begin with the result of `io`, and have that of `forEach` in it. */
export const subProcess = scope('subProcess', {})
export const transaction = scope('transaction', {})
export const eventSubProcess = scope('subProcess', { triggeredByEvent: true })
/** Mappings for what has no options. */
export const io = (options: Mappings): string => extensions(mappings(options))
