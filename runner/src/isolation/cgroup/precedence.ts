/**
 * Who comes first when several want the processor: the server, and whatever else the machine does; then runs that have
 * just begun; then those that have taken a while, else who keeps several busy would hold up everybody's short ones.
 * Invariants:
 * P1 no script holds up the server: all of them are in one group that is idle (sched(7), SCHED_IDLE), so the kernel lets
 *    them run where nothing else wants to, and sends whoever wakes up to a processor that has only them;
 * P2 scripts get on, however busy the machine: when they were kept waiting, they are let in for a moment;
 * P3 what is to end gets the processor that this takes. A process that is killed has to run to its end in the kernel,
 *    where others may wait for what it holds.
 */

/** Shares of a processor among groups that are not idle, as version 2 counts them. */
export const weights = { server: 100, scripts: 50, begun: 50, later: 10 } as const

/** A run that has taken so long comes after those that begin. */
export const beginMs = 1_000

/** Of the processor: less than so many milliseconds in each period, and scripts count as kept waiting. */
const periodMs = 100
const enoughMs = 20
const momentMs = 25

/** The group that all scripts are in, also those of other servers of the machine. */
export type ScriptsGroup = {
  /** Where the kernel knows no idle groups, their weight is all there is. */
  setIdle(isIdle: boolean): void
  /** How much of the processor they have had, in milliseconds. */
  usedMs(): number
}

export type Precedence = {
  /** A run begins; what it gives is to be called when it has ended. */
  begin(): () => void
  /** Something is to end; what it gives is to be called when it has. */
  hurry(): () => void
}

export function createPrecedence(group: ScriptsGroup): Precedence {
  let runs = 0
  let reasons = 0
  let usedMs = 0
  let timer: NodeJS.Timeout | undefined

  const hurry = (): (() => void) => {
    reasons += 1
    if (reasons === 1) group.setIdle(false)
    return once(() => {
      reasons -= 1
      if (reasons === 0) group.setIdle(true)
    })
  }

  const letIn = (): void => {
    const before = usedMs
    usedMs = group.usedMs()
    if (usedMs - before >= enoughMs) return
    const over = hurry()
    setTimeout(over, momentMs).unref()
  }

  return {
    hurry,
    begin: () => {
      runs += 1
      timer ??= setInterval(letIn, periodMs).unref()
      return once(() => {
        runs -= 1
        if (runs > 0) return
        clearInterval(timer)
        timer = undefined
      })
    },
  }
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}
