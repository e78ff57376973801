import type { ElementId } from '@braid/core/model/program.ts'
import type { InstanceView, WireKey } from '../live/instance-view.ts'

/** What the diagram calls its elements. */
export type ElementNames = ReadonlyMap<ElementId, { readonly name: string; readonly kind: string }>

export const nameOf = (names: ElementNames, element: ElementId): string => names.get(element)?.name ?? element

/** One element instance in words: "Book hotel, run 2", "Cancel hotel, compensates Book hotel, run 2". */
export function runName(key: WireKey, view: InstanceView, names: ElementNames): string | undefined {
  const run = view.runs.get(key)
  if (run === undefined) return undefined
  const name = nameOf(names, run.element)
  if (run.role === 'handler') {
    const undone = run.record === undefined ? undefined : runName(run.record, view, names)
    return undone === undefined ? `${name}, compensates` : `${name}, compensates ${undone}`
  }
  const numbered = run.index === undefined ? name : `${name}, run ${run.index}`
  const whole = run.isBody === true ? `${numbered}, loop` : numbered
  return run.role === 'undo' ? `${whole}, undone` : whole
}
