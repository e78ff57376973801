/**
 * Seeds that found a defect, and which: each was checked to fail on the code before its repair. They run for ever,
 * beside the drawn ones, with the plain blocks that were all there was. A change of how seeds are read (`options.ts`, `tests/oracle/grammar`, `workload.ts`) gives
 * them another meaning; then look for others with the repair taken out.
 */
export const regressions: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 5, found: 'a refusal that followed from an old cached state lost the result of a call' },
  { seed: 27, found: 'an instance that had ended was still held by a node' },
  { seed: 86, found: 'a message that starts instances was forgotten by a node that stopped' },
  { seed: 99, found: 'a message met a closed subscription and did not look for the next one' },
  { seed: 122, found: 'a signal did not reach a subscription whose commit was under way' },
  { seed: 174, found: 'a job came with the variables of a state older than itself' },
  { seed: 243, found: 'a job with a row was offered to nobody' },
  { seed: 255, found: 'a caller waited for ever for an instance that had ended' },
  { seed: 356, found: 'the commit of a stopped node arrived after its jobs had been taken over' },
  { seed: 667, found: 'a stopped node was forgotten while its last commit was on the way' },
  { seed: 785, found: 'a worker saw variables of a decision that was not stored yet' },
  { seed: 822, found: 'a job had no row, and no node held it' },
  { seed: 1032, found: 'a timer did not fire: a refusal followed from an old cached state' },
]
