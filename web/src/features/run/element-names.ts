import type { ElementId } from '@braid/core/model/program.ts'

/** What the diagram calls its elements. */
export type ElementNames = ReadonlyMap<ElementId, { readonly name: string; readonly kind: string }>

export const nameOf = (names: ElementNames, element: ElementId): string => names.get(element)?.name ?? element
