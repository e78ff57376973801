/** The part of bpmn-moddle that makes and writes elements; reading is declared with the compiler. */
declare module 'bpmn-moddle' {
  interface BpmnModdle {
    create(type: string, properties?: Readonly<Record<string, unknown>>): unknown
    toXML(element: unknown): Promise<{ readonly xml: string }>
  }
}
