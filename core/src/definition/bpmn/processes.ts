/** The fourth pass: which processes of the file are to run (BPMN 2.0 §10.1, attribute isExecutable). */
import { describe, type Element, elementsOf, flagOf, textOf } from './element.ts'
import type { FindingLog } from './finding.ts'
import { globalTasksOf } from './global-tasks.ts'

const isEmpty = (process: Element): boolean => elementsOf(process, 'flowElements').length === 0

/**
 * A process that says nothing is taken to be executable unless another one says that it is; an empty one (the pool of
 * a partner) only when it is alone.
 */
function isExecutable(process: Element, all: readonly Element[]): boolean {
  const stated = flagOf(process, 'isExecutable')
  if (stated !== undefined) return stated
  if (all.some((other) => flagOf(other, 'isExecutable') === true)) return false
  return !isEmpty(process) || all.length === 1
}

function came(all: readonly Element[]): string {
  const [first] = all
  if (first === undefined) return 'no process'
  const which = all.length === 1 ? `only ${describe(first)}, which is not` : `${all.length} that are not`
  return `${which}: mark the one to run as executable in the modeler and save the file again`
}

/** A file of global tasks needs none. */
export function executableProcesses(definitions: Element, log: FindingLog): readonly Element[] {
  const all = elementsOf(definitions, 'rootElements').filter((element) => element.$type === 'bpmn:Process')
  const executable = all.filter((process) => isExecutable(process, all))
  for (const process of all) {
    if (!executable.includes(process)) {
      log.warning('PROCESS_SKIPPED', process, `${describe(process)} is not executable; it is not deployed`)
    } else if (flagOf(process, 'isExecutable') === undefined) {
      const message = `${describe(process)} does not say whether it is executable; it is deployed`
      log.warning('EXECUTABLE_ASSUMED', process, message)
    }
    if (textOf(process, 'id') === undefined)
      log.error('MISSING_ID', process, 'expected every process to have an id')
  }
  const isLibrary = all.length === 0 && globalTasksOf(definitions).length > 0
  if (executable.length === 0 && !isLibrary) {
    const [first] = all
    const message = `expected a process that is marked as executable (isExecutable="true"), got ${came(all)}`
    log.error('NO_EXECUTABLE_PROCESS', first, message)
  }
  return executable
}
