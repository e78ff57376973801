/** Ids of a Program as ids that XML allows: the compiler makes some of its own that are none (`start:a`, `a->b`). */
const isLegal = (id: string): boolean => /^[A-Za-z_][\w.-]*$/.test(id)

export class LegalIds {
  readonly #taken: Set<string>
  readonly #renamed = new Map<string, string>()

  constructor(ids: readonly string[]) {
    this.#taken = new Set(ids.filter(isLegal))
    for (const id of ids) if (!isLegal(id)) this.#renamed.set(id, this.make(id.replace(/[^\w.-]+/g, '-')))
  }

  of(id: string): string {
    return this.#renamed.get(id) ?? id
  }

  /** An id that nothing else has, such as the wish. */
  make(wish: string): string {
    const base = isLegal(wish) ? wish : `_${wish}`
    let id = base
    for (let number = 2; this.#taken.has(id); number += 1) id = `${base}-${number}`
    this.#taken.add(id)
    return id
  }
}
