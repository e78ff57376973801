/** Timer event definitions (BPMN 2.0 §10.5.5): constants are checked now, FEEL when the timer is armed. */
import { parseDateTime } from '../../base/date-time.ts'
import { parseDuration } from '../../base/duration.ts'
import type { Result } from '../../base/result.ts'
import { parseTimerCycle } from '../../base/timer-cycle.ts'
import type { Trigger } from '../../model/program.ts'
import { describe, type Element, elementOf, textOf } from './element.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'

type TimerTrigger = Extract<Trigger, { readonly kind: 'timer' }>
type TimerForm = {
  readonly property: string
  readonly timer: TimerTrigger['timer']
  readonly parse: (text: string) => Result<unknown, string>
}

const forms: readonly TimerForm[] = [
  { property: 'timeDate', timer: 'date', parse: parseDateTime },
  { property: 'timeDuration', timer: 'duration', parse: parseDuration },
  { property: 'timeCycle', timer: 'cycle', parse: parseTimerCycle },
]

/** No timer value is longer; keeps a refusal readable. */
const maxLength = 200

export function compileTimer(
  event: Element,
  definition: Element,
  context: NodeContext,
): TimerTrigger | undefined {
  const { expressions, log } = context
  const given = forms.filter(({ property }) => elementOf(definition, property) !== undefined)
  const [form, ...more] = given
  const text = form && textOf(elementOf(definition, form.property), 'body')?.trim()
  if (form === undefined || text === undefined || more.length > 0) {
    const came = more.length > 0 ? 'several' : 'none'
    const code = more.length > 0 ? 'INVALID_TIMER' : 'MISSING_TRIGGER'
    log.error(code, event, `expected ${describe(event)} to have one date, duration or cycle, got ${came}`)
    return undefined
  }
  const value = expressions.value(text, event, `timer ${form.timer}`)
  if ('value' in value) {
    const parsed = text.length > maxLength ? undefined : form.parse(text)
    if (parsed === undefined) {
      log.error('INVALID_TIMER', event, `expected a timer ${form.timer}, got ${quoted(text)}`)
    } else if (!parsed.ok) log.error('INVALID_TIMER', event, parsed.error)
  }
  return { kind: 'timer', timer: form.timer, value }
}
