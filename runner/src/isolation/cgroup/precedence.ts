/**
 * Who comes first when several want the processor: the server, and whatever else the machine does; then scripts that ask
 * little of it; then those that keep it busy, else who keeps several busy would hold up everybody's short ones. Invariants:
 * P1 no script holds up the server: all of them are in one group that is idle (sched(7), SCHED_IDLE), so the kernel lets
 *    them run where nothing else wants to, and sends whoever wakes up to a processor that has only them;
 * P2 scripts get on, however busy the machine: when they were kept waiting, they are let in for a moment;
 * P3 a script comes first while it has credit: at its begin, and again when it got next to nothing for a while, so nobody's
 *    short ones without end hold up a long one for good;
 * P4 what is to end gets the processor that this takes. A process that is killed has to run to its end in the kernel,
 *    where others may wait for what it holds.
 */

/** Shares of a processor among groups that are not idle, as version 2 counts them. */
export const weights = { server: 100, scripts: 50, first: 50, later: 1 } as const

const periodMs = 100
/** Of the processor: less than so many milliseconds in a period, and scripts count as kept waiting. */
const enoughMs = 20
const momentMs = 25
/**
 * Of the processor: what a script has at its begin, which is its most, and gets in each period. Interpreters start in less.
 * Who has used it up comes first again when it is all there again.
 */
const creditMs = 50
const refillMs = 10

/** The group that all scripts are in, also those of other servers of the machine. */
export type ScriptsGroup = {
  /** Where the kernel knows no idle groups, their weight is all there is. */
  setIdle(isIdle: boolean): void
  /** How much of the processor they have had, in milliseconds. */
  usedMs(): number
}

/** That of one run. */
export type ScriptGroup = {
  /** How much of the processor it has had, in milliseconds. */
  usedMs(): number
  /** As version 2 counts. */
  setWeight(weight: number): void
}

export type Precedence = {
  /** A run begins, as one of those that come first; what it gives is to be called when it has ended. */
  begin(script: ScriptGroup): () => void
  /** Something is to end; what it gives is to be called when it has. */
  hurry(): () => void
}

/** Looks after the weight of one; to be called once a period. */
function weigher(script: ScriptGroup): () => void {
  let credit = creditMs
  let usedMs = script.usedMs()
  let isFirst = true
  return () => {
    const before = usedMs
    usedMs = script.usedMs()
    credit = Math.min(creditMs, Math.max(0, credit + refillMs - (usedMs - before)))
    if (isFirst ? credit > 0 : credit < creditMs) return
    isFirst = !isFirst
    script.setWeight(isFirst ? weights.first : weights.later)
  }
}

export function createPrecedence(group: ScriptsGroup): Precedence {
  const running = new Set<() => void>()
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

  const tick = (): void => {
    for (const weigh of running) weigh()
    letIn()
  }

  return {
    hurry,
    begin: (script) => {
      const weigh = weigher(script)
      running.add(weigh)
      timer ??= setInterval(tick, periodMs).unref()
      return () => {
        running.delete(weigh)
        if (running.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
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
