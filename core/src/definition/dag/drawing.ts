/** A Program while it is drawn: elements first, then the flows between them. */
import type { ElementId, Expression, Flow, FlowId, Node } from '../../model/program.ts'

/** What every element of a scope begins with. */
export type Blank = {
  readonly id: ElementId
  readonly name?: string
  readonly sourceType: string
  readonly scope: ElementId
  readonly incoming: FlowId[]
  readonly outgoing: FlowId[]
  readonly inputs: []
  readonly outputs: []
}

export class Drawing {
  readonly nodes: Node[] = []
  readonly flows: Flow[] = []
  readonly #ends = new Map<ElementId, { readonly incoming: FlowId[]; readonly outgoing: FlowId[] }>()

  blank(id: ElementId, sourceType: string, scope: ElementId, name?: string): Blank {
    const ends = { incoming: [], outgoing: [] }
    this.#ends.set(id, ends)
    return {
      id,
      ...(name === undefined ? {} : { name }),
      sourceType,
      scope,
      ...ends,
      inputs: [],
      outputs: [],
    }
  }

  add(node: Node): void {
    this.nodes.push(node)
  }

  flow(source: ElementId, target: ElementId, condition?: Expression): FlowId {
    const id = flowId(source, target)
    this.flows.push({ id, source, target, ...(condition === undefined ? {} : { condition }) })
    this.#ends.get(source)?.outgoing.push(id)
    this.#ends.get(target)?.incoming.push(id)
    return id
  }
}

export const flowId = (source: ElementId, target: ElementId): FlowId => `${source}>${target}`
