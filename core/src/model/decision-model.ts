/**
 * Decisions as plain data that survives JSON (DMN 1.5 §6 and §7): what the XML says, with references resolved and
 * expressions as their FEEL text.
 */
export type DecisionModel = {
  readonly format: 1
  /** One per file, in the order given. Names are looked up in the first, then in the others. */
  readonly files: readonly DecisionFile[]
}

export type DecisionFile = {
  readonly id: string
  readonly name: string
  readonly namespace: string
  readonly imports: readonly Import[]
  readonly types: readonly ItemDefinition[]
  readonly inputs: readonly InputData[]
  readonly decisions: readonly Decision[]
  readonly knowledge: readonly KnowledgeModel[]
  readonly services: readonly DecisionService[]
}

/** The elements of another file, under a name; with an empty name they are known by their own names alone. */
export type Import = { readonly name: string; readonly file: number }

/** An element of a file, by the position of the file in the model. */
export type ElementReference = { readonly file: number; readonly id: string }

/** A name with the name of its type: of FEEL, of an item definition, or `import.name`. */
export type Variable = { readonly name: string; readonly type?: string }

export type InputData = { readonly id: string; readonly variable: Variable }

export type Decision = {
  readonly id: string
  /** An extension of Camunda 8, by which callers can ask for a version. */
  readonly versionTag?: string
  readonly name: string
  readonly variable: Variable
  readonly inputs: readonly ElementReference[]
  readonly decisions: readonly ElementReference[]
  readonly knowledge: readonly ElementReference[]
  /** Absent for a decision that is only described; its result is null. */
  readonly logic?: Boxed
}

/** A business knowledge model: a function that decisions may call. */
export type KnowledgeModel = {
  readonly id: string
  readonly name: string
  readonly variable: Variable
  readonly knowledge: readonly ElementReference[]
  readonly logic?: BoxedFunction
}

export type DecisionService = {
  readonly id: string
  readonly name: string
  readonly variable: Variable
  readonly outputs: readonly ElementReference[]
  readonly inputDecisions: readonly ElementReference[]
  readonly inputs: readonly ElementReference[]
}

export type ItemDefinition = {
  readonly id?: string
  readonly name: string
  readonly type?: string
  readonly isCollection: boolean
  /** Unary tests that the value, or each item of a collection, must meet. */
  readonly allowedValues?: string
  /** Unary tests that the value as a whole must meet. */
  readonly constraint?: string
  readonly components: readonly ItemDefinition[]
  readonly signature?: { readonly parameters: readonly Variable[]; readonly result?: string }
}

/** A boxed expression (DMN 1.5 §7.3 and §10.2). `type`: what its value is coerced to. */
export type Boxed = { readonly id?: string; readonly type?: string } & (
  | { readonly kind: 'literal'; readonly feel: string }
  | { readonly kind: 'context'; readonly entries: readonly BoxedEntry[] }
  | { readonly kind: 'list'; readonly items: readonly Boxed[] }
  | {
      readonly kind: 'relation'
      readonly columns: readonly Variable[]
      readonly rows: readonly (readonly Boxed[])[]
    }
  | { readonly kind: 'invocation'; readonly callee: Boxed; readonly bindings: readonly Binding[] }
  | { readonly kind: 'conditional'; readonly condition: Boxed; readonly yes: Boxed; readonly no: Boxed }
  | { readonly kind: 'filter'; readonly source: Boxed; readonly match: Boxed }
  | {
      readonly kind: 'for' | 'some' | 'every'
      readonly variable: Variable
      readonly source: Boxed
      readonly body: Boxed
    }
  | BoxedFunction
  | DecisionTable
)

/** An entry of a context; the one without variable is the result. */
export type BoxedEntry = { readonly variable?: Variable; readonly value: Boxed }

/** A parameter of an invocation with its argument; null without one. */
export type Binding = { readonly parameter: Variable; readonly value?: Boxed }

export type BoxedFunction = {
  readonly kind: 'function'
  readonly id?: string
  readonly type?: string
  readonly language: 'FEEL' | 'Java'
  readonly parameters: readonly Variable[]
  readonly body: Boxed
}

export type HitPolicy = 'UNIQUE' | 'ANY' | 'PRIORITY' | 'FIRST' | 'RULE ORDER' | 'OUTPUT ORDER' | 'COLLECT'

export type Aggregation = 'SUM' | 'MIN' | 'MAX' | 'COUNT'

/** A decision table (DMN 1.5 §8). */
export type DecisionTable = {
  readonly kind: 'table'
  readonly id?: string
  readonly type?: string
  readonly hitPolicy: HitPolicy
  readonly aggregation?: Aggregation
  readonly inputs: readonly TableInput[]
  readonly outputs: readonly TableOutput[]
  readonly rules: readonly Rule[]
}

export type TableInput = {
  readonly id: string
  readonly name: string
  readonly feel: string
  readonly type?: string
  readonly allowedValues?: string
}

export type TableOutput = {
  readonly id: string
  /** Key of the result's context when there are several outputs. */
  readonly name: string
  readonly type?: string
  /** Unary tests, the most important value first. */
  readonly allowedValues?: string
  /** FEEL of the value when no rule matches. */
  readonly default?: string
}

export type Rule = {
  readonly id: string
  /** Unary tests, one per input. */
  readonly inputs: readonly string[]
  /** FEEL, one per output. */
  readonly outputs: readonly string[]
}
