/**
 * Customers, workers and approvers of two processes, all through the public API, who go on whatever breaks: the round
 * trip, whose jobs they do themselves, and the order desk, whose jobs are done inside the server.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, type Client } from '@braid/contract/client.ts'
import type { ActivatedJob } from '@braid/contract/job.ts'
import type { Random } from '../simulation/random.ts'
import { createLedger, type Ledger } from './ledger.ts'

export const roundTripId = 'round-trip'
export const orderDeskId = 'order-desk'
export type ProcessId = typeof roundTripId | typeof orderDeskId

export type Load = {
  readonly ledger: Ledger
  /** Sends one order, which starts an instance and is paid later. True when the start was acknowledged. */
  order(processId: ProcessId): Promise<boolean>
  /** Knows of an order that somebody else made, and pays for it. */
  adopt(processId: ProcessId, orderId: string): void
  /** Payments that the server did not take yet. */
  unpaid(): number
  /** Stops workers and approvers, after their last call. */
  stop(): Promise<void>
}

export type LoadOptions = {
  /** One is picked for each call, of those that are in use then. */
  readonly clients: readonly Client[]
  readonly random: Random
  /** Jobs whose answer was lost are offered again after this. */
  readonly leaseMs: number
  /** Workers per job type. */
  readonly workers: number
}

type Payment = { readonly name: string; readonly orderId: string; readonly notBefore: number }

const pauseAfterTroubleMs = 100
const lookMs = 200
const longPollMs = 2_000
const jobsAtOnce = 50
const tasksAtOnce = 200
/** Longer than any test, so that a payment waits for its order. */
const paymentKeptMs = 900_000
const latePaymentMs = 2_500

export async function deployRoundTrip(client: Client): Promise<void> {
  const content = await readFile(new URL('./round-trip.bpmn', import.meta.url), 'utf8')
  await client.createDeployment({ body: { resources: [{ name: 'round-trip.bpmn', content }] } })
}

export function startLoad({ clients, random, leaseMs, workers }: LoadOptions): Load {
  const ledger = createLedger()
  const payments: Payment[] = []
  let paying = 0
  const over = new AbortController()
  const { signal } = over

  /** Undefined when it failed, which is written down. */
  const attempt = async <T>(
    operation: string,
    call: (client: Client) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await call(random.pick(clients))
    } catch (error) {
      ledger.refused(operation, error instanceof ApiError ? error.problem.code : 'no answer')
      await sleep(pauseAfterTroubleMs)
      return undefined
    }
  }

  const completeOne = async ({ jobKey, processInstanceKey }: ActivatedJob): Promise<void> => {
    const done = await attempt('completeJob', async (client) => {
      await client.completeJob({ params: { jobKey }, body: { variables: { [`by${jobKey}`]: true } } })
      return true
    })
    if (done === true) ledger.completed('job', jobKey, processInstanceKey)
  }

  const completeTogether = async (jobs: readonly ActivatedJob[]): Promise<void> => {
    const completions = jobs.map(({ jobKey }) => ({ jobKey, variables: {} }))
    const answer = await attempt('answerJobs', (client) => client.answerJobs({ body: { completions } }))
    for (const { jobKey, status, code } of answer?.results ?? []) {
      const job = jobs.find((candidate) => candidate.jobKey === jobKey)
      if (status === 204 && job !== undefined) ledger.completed('job', jobKey, job.processInstanceKey)
      else ledger.refused('answerJobs', code ?? 'no code')
    }
  }

  const work = async (
    type: string,
    complete: (jobs: readonly ActivatedJob[]) => Promise<unknown>,
  ): Promise<void> => {
    const body = {
      type,
      worker: 'chaos',
      timeout: leaseMs,
      maxJobsToActivate: jobsAtOnce,
      requestTimeout: longPollMs,
    }
    while (!signal.aborted) {
      const taken = await attempt('activateJobs', (client) => client.activateJobs({ body }))
      if (taken !== undefined && taken.jobs.length > 0) await complete(taken.jobs)
    }
  }

  const approve = async (): Promise<void> => {
    while (!signal.aborted) {
      const open = await attempt('searchUserTasks', (client) =>
        client.searchUserTasks({ body: { filter: { state: 'CREATED' }, page: { limit: tasksAtOnce } } }),
      )
      await Promise.all(
        (open?.items ?? []).map(async ({ userTaskKey, processInstanceKey }) => {
          const done = await attempt('completeUserTask', async (client) => {
            await client.completeUserTask({
              params: { userTaskKey },
              body: { variables: { approved: true } },
            })
            return true
          })
          if (done === true) ledger.completed('user-task', userTaskKey, processInstanceKey)
        }),
      )
      if ((open?.items.length ?? 0) < tasksAtOnce) await sleep(lookMs)
    }
  }

  const payOne = async (payment: Payment): Promise<void> => {
    const { name, orderId } = payment
    const body = { name, correlationKey: orderId, messageId: `payment-${orderId}`, timeToLive: paymentKeptMs }
    const taken = await attempt('publishMessage', async (client) => {
      try {
        await client.publishMessage({ body: { ...body, variables: { paid: true } } })
      } catch (error) {
        // It was stored, only the answer was lost; or the bank of the order desk was faster.
        if (!(error instanceof ApiError) || error.problem.code !== 'INVALID_STATE') throw error
      }
      return true
    })
    if (taken === true) ledger.published()
    else payments.push(payment)
  }

  const payAll = async (): Promise<void> => {
    while (!signal.aborted) {
      const now = performance.now()
      const due = payments.filter(({ notBefore }) => notBefore <= now).slice(0, jobsAtOnce)
      for (const payment of due) payments.splice(payments.indexOf(payment), 1)
      paying = due.length
      await Promise.all(due.map(payOne))
      paying = 0
      if (due.length < jobsAtOnce) await sleep(lookMs)
    }
  }

  const adopt = (processId: ProcessId, orderId: string): void => {
    ledger.ordered(orderId)
    const name = processId === orderDeskId ? 'order-desk:payment' : 'chaos-paid'
    // Some payments wait for their order, some orders for their payment.
    const notBefore = performance.now() + (random.chance(0.5) ? latePaymentMs : 0)
    payments.push({ name, orderId, notBefore })
  }

  const running = [payAll(), approve()]
  for (let count = 0; count < workers; count += 1) {
    running.push(
      work('chaos-pick', completeTogether),
      work('chaos-pack', (jobs) => Promise.all(jobs.map(completeOne))),
      work('chaos-carry', completeTogether),
    )
  }

  return {
    ledger,
    order: async (processId) => {
      const orderId = `${processId}-${ledger.orders.size + 1}`
      adopt(processId, orderId)
      const created = await attempt('createProcessInstance', (client) =>
        client.createProcessInstance({
          body: { processDefinitionId: processId, businessId: orderId, variables: { orderId, amount: 10 } },
        }),
      )
      if (created === undefined) return false
      ledger.started(created.processInstanceKey, orderId)
      return true
    },
    adopt,
    unpaid: () => payments.length + paying,
    stop: async () => {
      over.abort()
      await Promise.all(running)
    },
  }
}
