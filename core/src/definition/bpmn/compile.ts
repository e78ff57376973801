/**
 * BPMN 2.0 XML to Programs, one per executable process. Passes, each of which may add findings: guard, read, resolve,
 * processes, scopes, flows, nodes (with extensions), validate, reachability. Nothing is compiled from a file with an
 * error: what Braid does not understand it refuses, it never leaves it out.
 */
import { failure, type Result, success } from '../../base/result.ts'
import type { ProcessNode, Program } from '../../model/program.ts'
import { type Element, elementsOf, extensionOf, localNameOf, textOf } from './element.ts'
import { createExpressionReader, type ExpressionReader } from './expressions.ts'
import { checkExtensions } from './extensions.ts'
import { type Finding, FindingLog } from './finding.ts'
import { compileFlows } from './flows.ts'
import { guard } from './guard.ts'
import type { NodeContext } from './node-context.ts'
import { compileNodes } from './nodes.ts'
import { executableProcesses } from './processes.ts'
import { warnOfUnreachable } from './reachability.ts'
import { read } from './read.ts'
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
  const startFormId = startFormOf(context)
  return {
    id: tree.processId,
    ...(name !== undefined && { name }),
    sourceType: localNameOf(tree.process),
    incoming: [],
    outgoing: [],
    inputs: [],
    outputs: [],
    ...startsOf(scope, context),
    type: 'process',
    ...(startFormId !== undefined && { startFormId }),
  }
}

function compileProcess(process: Element, processId: string, file: FileContext): Program {
  const { definitions, dangling, expressions, log } = file
  checkExtensions(process, log)
  const tree = scopesOf(process, processId, log)
  const flows = compileFlows({ tree, log, expressions, dangling })
  const context: NodeContext = { definitions, tree, flows, expressions, log }
  const root = processNode(tree, context)
  const nodes = compileNodes(context)
  for (const scope of tree.scopes.values()) checkStarts(scope, startsOf(scope, context), context)
  const graph = { nodes, flows: flows.all }
  validate(graph, log)
  // With nodes missing, everything behind them would seem unreachable.
  if (!log.failed) warnOfUnreachable(root, graph, log)
  const versionTag = textOf(extensionOf(process, 'zeebe:VersionTag'), 'value')
  return {
    format: 1,
    processId,
    ...(root.name !== undefined && { name: root.name }),
    ...(versionTag !== undefined && { versionTag }),
    nodes: [root, ...nodes],
    flows: flows.all,
  }
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
  const document = await read(guarded.value.xml, log)
  if (document === undefined) return failure(log.all())
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
  return log.failed ? failure(log.all()) : success({ programs, warnings: log.all() })
}
