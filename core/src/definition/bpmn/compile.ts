/**
 * BPMN 2.0 XML to Programs, one per executable process or global task. Passes, each of which may add findings: guard,
 * dialect (with read), resolve, processes, scopes, flows, nodes (with extensions), validate, instantiation,
 * reachability. Nothing is compiled from a file with an error: what Braid does not understand it refuses, it never leaves
 * it out.
 */
import { failure, type Result, success } from '../../base/result.ts'
import { type ProcessNode, type Program, programFormat } from '../../model/program.ts'
import { readDialect } from './dialect.ts'
import { describe, type Element, elementsOf, extensionOf, localNameOf, textOf } from './element.ts'
import { createExpressionReader, type ExpressionReader } from './expressions.ts'
import { checkExtensions } from './extensions.ts'
import { type Finding, FindingLog } from './finding.ts'
import { compileFlows } from './flows.ts'
import { globalTasksOf, globalTaskTree } from './global-tasks.ts'
import { guard } from './guard.ts'
import { withInstantiation } from './instantiation.ts'
import { executionListenersOf } from './listeners.ts'
import type { NodeContext } from './node-context.ts'
import { compileNodes } from './nodes.ts'
import { executableProcesses } from './processes.ts'
import { warnOfUnreachable } from './reachability.ts'
import type { Document } from './read.ts'
import { resolve } from './resolve.ts'
import { type ProcessTree, scopesOf } from './scopes.ts'
import { startFormOf } from './start-form.ts'
import { checkStarts, startsOf } from './starts.ts'
import { validate } from './validate.ts'

export type Compiled = { readonly programs: readonly Program[]; readonly warnings: readonly Finding[] }

type FileContext = {
  readonly definitions: Element
  readonly dangling: ReadonlySet<Element>
  readonly expressions: ExpressionReader
  readonly log: FindingLog
}

/** Root elements that processes refer to and that may carry extensions. */
const referencedTypes: ReadonlySet<string> = new Set([
  'bpmn:Message',
  'bpmn:Signal',
  'bpmn:Error',
  'bpmn:Escalation',
])

function processNode(tree: ProcessTree, context: NodeContext): ProcessNode {
  const scope = {
    element: tree.process,
    id: tree.processId,
    nodes: tree.scopes.get(tree.processId)?.nodes ?? [],
  }
  const name = textOf(tree.process, 'name')
  // A global task has its listeners itself.
  const isProcess = tree.process.$type === 'bpmn:Process'
  const startForm = startFormOf(context)
  return {
    id: tree.processId,
    ...(name !== undefined && { name }),
    sourceType: localNameOf(tree.process),
    incoming: [],
    outgoing: [],
    inputs: [],
    outputs: [],
    ...(isProcess && executionListenersOf(tree.process, context)),
    ...startsOf(scope, context),
    type: 'process',
    ...(startForm !== undefined && { startForm }),
  }
}

function compileTree(tree: ProcessTree, file: FileContext): Program {
  const { definitions, dangling, expressions, log } = file
  const drawnFlows = compileFlows({ tree, log, expressions, dangling })
  const context: NodeContext = { definitions, tree, flows: drawnFlows, expressions, log }
  const drawn = { nodes: compileNodes(context), flows: drawnFlows.all }
  for (const scope of tree.scopes.values()) checkStarts(scope, startsOf(scope, context), context)
  validate(drawn, log)
  const { root, graph } = withInstantiation(processNode(tree, context), drawn, context)
  // With nodes missing, everything behind them would seem unreachable.
  if (!log.failed) warnOfUnreachable(root, graph, log)
  const versionTag = textOf(extensionOf(tree.process, 'zeebe:VersionTag'), 'value')
  return {
    format: programFormat,
    processId: tree.processId,
    ...(root.name !== undefined && { name: root.name }),
    ...(versionTag !== undefined && { versionTag }),
    nodes: [root, ...graph.nodes],
    flows: graph.flows,
  }
}

function compileProcess(process: Element, processId: string, file: FileContext): Program {
  checkExtensions(process, file.log)
  return compileTree(scopesOf(process, processId, file.log), file)
}

function compileGlobalTask(task: Element, file: FileContext): readonly Program[] {
  const id = textOf(task, 'id')
  if (id !== undefined) return [compileTree(globalTaskTree(task, id), file)]
  file.log.error('MISSING_ID', task, `expected ${describe(task)} to have an id`)
  return []
}

/**
 * Compiles the text of one BPMN file. Refused with all errors found (and the warnings) when there is any error;
 * findings name the element and its line. Time and memory are linear in the text, which is bounded; nothing in the
 * text is evaluated, and nothing outside of it is read.
 */
export async function compileBpmn(xml: string): Promise<Result<Compiled, readonly Finding[]>> {
  const guarded = guard(xml)
  if (!guarded.ok) return guarded
  const log = new FindingLog(guarded.value.positions)
  const document = await readDialect(guarded.value.xml, log)
  return document === undefined ? failure(log.all()) : compileDocument(document, log)
}

/** The passes behind reading. */
export function compileDocument(document: Document, log: FindingLog): Result<Compiled, readonly Finding[]> {
  const { definitions } = document
  const dangling = resolve(document, log)
  const file: FileContext = { definitions, dangling, expressions: createExpressionReader(log), log }
  for (const element of elementsOf(definitions, 'rootElements')) {
    if (referencedTypes.has(element.$type)) checkExtensions(element, log)
  }
  const programs: Program[] = []
  for (const process of executableProcesses(definitions, log)) {
    const processId = textOf(process, 'id')
    if (processId !== undefined) programs.push(compileProcess(process, processId, file))
  }
  const globalTasks = globalTasksOf(definitions)
  programs.push(...globalTasks.flatMap((task) => compileGlobalTask(task, file)))
  return log.failed ? failure(log.all()) : success({ programs, warnings: log.all() })
}
