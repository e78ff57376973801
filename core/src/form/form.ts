/**
 * A form in the form-js format, read once: the components that hold data, with their rules. What only shows something
 * (texts, images, buttons), and what form-js does not know, is left out.
 */
import type { JsonValue } from '../base/json.ts'
import type { CompiledExpression } from '../expression/expression.ts'
import type { Condition } from './condition.ts'
import type { Path } from './path.ts'
import type { Pattern } from './pattern.ts'
import type { TextKind } from './text-kinds.ts'

export type Form = {
  readonly id: string
  readonly components: readonly Component[]
}

export type Component = Field | Group | List

type ComponentBase = {
  /** Of the component, or where it has none its place, for findings. */
  readonly id: string
  /** From the component around it; empty for a group without path. */
  readonly path: Path
  /** Not shown, and its values not sent, where this holds. */
  readonly hide?: Condition
}

export type Group = ComponentBase & { readonly kind: 'group'; readonly components: readonly Component[] }

/** Repeats its components for each item of a list of objects. */
export type List = ComponentBase & {
  readonly kind: 'list'
  readonly components: readonly Component[]
  /** Items of a list that the data doesn't have. */
  readonly defaultRepetitions: number
}

export type Field = ComponentBase & {
  readonly kind: 'field'
  readonly type: FieldType
  /** Not sent. */
  readonly disabled: boolean
  /** Sent as it came. */
  readonly readonly: boolean | Condition
  readonly defaultValue?: JsonValue
  readonly rules: Rules
}

export type FieldType =
  | { readonly kind: 'text'; readonly multiline: boolean }
  | {
      readonly kind: 'number'
      readonly asText: boolean
      readonly decimalDigits?: number
      /** Values are multiples of it, as decimal text. */
      readonly increment?: string
    }
  | { readonly kind: 'checkbox' }
  | { readonly kind: 'datetime'; readonly subtype: DateSubtype; readonly zone: ZoneFormat }
  | { readonly kind: 'choice'; readonly several: boolean; readonly options: OptionsSource }
  | { readonly kind: 'file' }
  /** Computed from the rest of the form. */
  | { readonly kind: 'expression'; readonly expression?: CompiledExpression }

export type DateSubtype = 'date' | 'time' | 'datetime'
export type ZoneFormat = 'no_timezone' | 'utc_offset' | 'utc_normalized'

export type OptionsSource =
  | { readonly kind: 'static'; readonly values: readonly JsonValue[] }
  /** The variable that holds the list. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'expression'; readonly expression?: CompiledExpression }

/** A constant of the form, or what computes it. */
export type Bound = { readonly value: JsonValue } | { readonly expression: CompiledExpression }

/** `validate` of a component. */
export type Rules = {
  readonly required: boolean
  readonly min?: Bound
  readonly max?: Bound
  readonly minLength?: Bound
  readonly maxLength?: Bound
  readonly pattern?: Pattern
  readonly patternErrorMessage?: string
  readonly textKind?: TextKind
}

/** What is wrong in a form, or only noteworthy. */
export type FormFinding = {
  readonly severity: 'error' | 'warning'
  readonly code: FormCode
  /** What was expected and what came. */
  readonly message: string
  /** The component. */
  readonly elementId?: string
}

export type FormCode =
  /** A component or one of its properties that form-js can't read. */
  | 'FORM_COMPONENT_INVALID'
  /** Two components with one id, or with places of their values that exclude each other. */
  | 'FORM_COMPONENT_REPEATED'
  /** A FEEL expression of a component that can't be read. */
  | 'FORM_EXPRESSION_INVALID'
  /** A pattern that is no regular expression, or one that takes more than linear time. */
  | 'FORM_PATTERN_UNSUPPORTED'
