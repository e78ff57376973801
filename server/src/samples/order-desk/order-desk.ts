/** The sample of the first start: an order process that moves by itself, and stops where a person decides. */
import { readFile } from 'node:fs/promises'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Clock } from '../../execution/clock.ts'
import { compileDefinition } from '../../execution/compile-definition.ts'
import type { Execution } from '../../execution/execution.ts'
import type { DeploymentInput } from '../../store/deploy.ts'

export const processId = 'order-desk'

/** Long enough to see the token at the task. */
const workMs = 1_500
/** The demo bank's customers pay after this. */
const paymentMs = 6_000

const readFileHere = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8')

/** The files as a deployment. */
export async function orderDeskDeployment(at: number): Promise<DeploymentInput> {
  const xml = await readFileHere('order-desk.bpmn')
  const compiled = await compileDefinition(xml)
  if (!compiled.ok) throw new Error(`the sample does not compile: ${JSON.stringify(compiled.error)}`)
  const schema = JSON.parse(await readFileHere('order-desk-approval.form')) as JsonObject
  return {
    at,
    processes: compiled.value.programs.map((program) => ({ resourceName: 'order-desk.bpmn', xml, program })),
    forms: [{ resourceName: 'order-desk-approval.form', formId: 'order-desk-approval', schema }],
  }
}

/** The sample's workers, in this process. */
export function handleOrderDesk(execution: Execution, clock: Clock): void {
  const work = (): Promise<void> => new Promise((resolve) => clock.after(workMs, resolve))

  execution.handle('order-desk:reserve-stock', async ({ variables }) => {
    await work()
    return { reserved: variables.item ?? 'one of each' }
  })
  execution.handle('order-desk:request-payment', async ({ variables, instanceKey }) => {
    await work()
    const orderId = typeof variables.orderId === 'string' ? variables.orderId : `order-${instanceKey}`
    clock.after(paymentMs, () => {
      const payment = { name: 'order-desk:payment', correlationKey: orderId, timeToLiveMs: 120_000 }
      // A bank that could not reach us would try again; a second payment of the same order is refused by its id.
      execution
        .publishMessage({ ...payment, messageId: `payment-${orderId}`, variables: { paid: true } })
        .catch(() => undefined)
    })
    return { orderId }
  })
  execution.handle('order-desk:ship-order', async () => {
    await work()
    return { shipped: true }
  })
  execution.handle('order-desk:remind-sales', async () => {
    await work()
    return { reminded: true }
  })
}

/** A few orders to look at: small ones that run through, a large one that waits for approval. */
export async function placeSampleOrders(execution: Execution, definitionKey: Key): Promise<void> {
  const orders = [
    { customer: 'Ada Lovelace', item: 'Punched cards', amount: 42 },
    { customer: 'Grace Hopper', item: 'Compiler manual', amount: 250 },
    { customer: 'Edsger Dijkstra', item: 'Semaphore flags', amount: 80 },
  ]
  for (const [index, order] of orders.entries()) {
    const orderId = `sample-${index + 1}`
    await execution.createInstance({ definitionKey, businessId: orderId, variables: { orderId, ...order } })
  }
}
