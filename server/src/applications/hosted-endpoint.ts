/** Calls endpoints of applications: input and output as their schemas say, whatever the code does. */
import type { JsonValue } from '@braid/core/base/json.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Clock } from '../execution/clock.ts'
import type { EndpointRefusal, HostedEndpoint } from '../operations/application/port.ts'
import { flawsOf } from '../operations/validation.ts'
import type { CheckedEndpoint } from './check-application.ts'
import { checkOutput } from './check-output.ts'
import { defaultPermission } from './describe-application.ts'
import { failureOf } from './failure-place.ts'
import type { LoadedApplication } from './hosted-application.ts'

export type EndpointDependencies = {
  /** Starts a run of a DAG, `<application>/<name>`; its key. Throws when it can't. */
  readonly startRun: (
    dagId: string,
    input: Readonly<Record<string, unknown>>,
    startedBy: string,
  ) => Promise<string>
  readonly wall: Pick<Clock, 'after'>
  /** Places in failures are seen from here. */
  readonly directory: string
}

/** A caller that waits longer has gone, or should start a run. */
const deadlineMs = 300_000

export const hostedEndpoint = (
  { definition }: CheckedEndpoint,
  { checked, services }: LoadedApplication,
  { startRun, wall, directory }: EndpointDependencies,
): HostedEndpoint => ({
  permission: definition.permission ?? defaultPermission,
  call: async (given, { name, signal: gone, callEndpoint }): Promise<Result<JsonValue, EndpointRefusal>> => {
    const over = new AbortController()
    const cancel = wall.after(deadlineMs, () =>
      over.abort(new Error(`expected an answer within ${deadlineMs / 1000} s`)),
    )
    const signal = AbortSignal.any([gone, over.signal])
    const application = checked.definition.name
    try {
      const input = await definition.input.safeParseAsync(given)
      if (!input.success) return failure({ kind: 'invalid', errors: flawsOf(input.error.issues, '', given) })
      const context = {
        ...services,
        caller: { name },
        signal,
        callEndpoint,
        startRun: (dag: string, values: Readonly<Record<string, unknown>>) =>
          startRun(dag.includes('/') ? dag : `${application}/${dag}`, values, name),
      }
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      const answer = await Promise.race([(async () => definition.handle(input.data, context))(), aborted])
      return success(await checkOutput(definition.output, answer, 'answer'))
    } catch (error) {
      return failure({ kind: 'failed', ...failureOf(error, directory) })
    } finally {
      cancel()
    }
  },
})
