/** Conditional start events of a process: asked from outside, for nobody else could say when they hold (§10.5.2). */
import type { Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import { compileExpression } from '../expression/expression.ts'
import type { ElementId, Expression, Program } from '../model/program.ts'
import { alternatives } from './graph.ts'

/** Start events of the process itself with a condition that holds for the variables. One that fails does not hold. */
export function startsThatHold(program: Program, variables: JsonObject, now: Instant): readonly ElementId[] {
  return program.nodes.flatMap((node) => {
    if (node.type !== 'start-event' || node.scope !== program.processId) return []
    const holds = alternatives(node.trigger).some(
      (trigger) => trigger.kind === 'conditional' && isTrue(trigger.condition, variables, now),
    )
    return holds ? [node.id] : []
  })
}

function isTrue(condition: Expression, variables: JsonObject, now: Instant): boolean {
  if ('value' in condition) return condition.value === true
  const compiled = compileExpression(condition.feel)
  if (!compiled.ok) return false
  const result = compiled.value.evaluate({
    now,
    variables: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
  })
  return result.ok && result.value === true
}
