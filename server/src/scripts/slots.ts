/** So many at once; who comes later waits, in the order of coming. */
export type Slots = { use<T>(work: () => Promise<T>): Promise<T> }

export function createSlots(count: number): Slots {
  let free = count
  const waiting: (() => void)[] = []
  const take = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const give = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  return {
    use: async (work) => {
      await take()
      try {
        return await work()
      } finally {
        give()
      }
    },
  }
}
