/** The part of bpmn-moddle 10 that the read pass uses; the package ships types for elements only. */
declare module 'bpmn-moddle' {
  export type ParseWarning = {
    readonly message: string
    /** With `property` and `value`: the element that has an unresolved reference or an unknown attribute. */
    readonly element?: unknown
    readonly property?: string
    readonly value?: string
  }

  export class BpmnModdle {
    /**
     * `packages`: extension metamodels by prefix. `nsMap`: prefixes to use for namespaces without a metamodel,
     * whatever prefix a file uses.
     */
    constructor(
      packages: Readonly<Record<string, unknown>>,
      options: { readonly nsMap: Record<string, string> },
    )
    /** Rejects with an Error that has `warnings` when the text is not well-formed. */
    fromXML(xml: string): Promise<{
      readonly rootElement: unknown
      readonly elementsById: Readonly<Record<string, unknown>>
      readonly warnings: readonly ParseWarning[]
    }>
  }
}
