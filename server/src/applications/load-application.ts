/** Reads one application from its folder, whatever its code does. */
import { dirname } from 'node:path'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Clock } from '../execution/clock.ts'
import { type CheckedApplication, checkApplication } from './check-application.ts'
import { type Failure, failureOf } from './failure-place.ts'
import { importApplication } from './module-graph.ts'

/** An import that waits longer waits for something that may never come. */
export const importDeadlineMs = 10_000

const late = Symbol('late')

/** `folder` is absolute; places in failures are seen from the folder around it. */
export async function loadApplication(
  folder: string,
  name: string,
  clock: Pick<Clock, 'after'>,
  deadlineMs = importDeadlineMs,
): Promise<Result<CheckedApplication, Failure>> {
  const file = `${name}/application.ts`
  const deadline = Promise.withResolvers<typeof late>()
  const cancel = clock.after(deadlineMs, () => deadline.resolve(late))
  try {
    const imported = await Promise.race([importApplication(folder), deadline.promise])
    if (imported === late) {
      const message = `expected its import to end within ${deadlineMs / 1000} s: an await outside a function waits for what does not come`
      return failure({ message, place: file })
    }
    const checked = checkApplication(imported.application, name)
    return checked.ok ? success(checked.value) : failure({ message: checked.error, place: file })
  } catch (error) {
    return failure({ place: file, ...failureOf(error, dirname(folder)) })
  } finally {
    cancel()
  }
}
