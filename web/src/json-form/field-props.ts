import type { ReactNode } from 'react'
import type { DraftValue, FieldErrors } from './draft.ts'
import type { Field } from './field.ts'

export type FieldProps<One extends Field = Field> = {
  readonly field: One
  readonly path: string
  readonly required: boolean
  readonly value: DraftValue
  /** Of the whole form, by path. */
  readonly errors: FieldErrors
  readonly onChange: (value: DraftValue) => void
}

/** Fields contain fields: those that do are given how to show them. */
export type NestedProps<One extends Field> = FieldProps<One> & {
  readonly view: (props: FieldProps) => ReactNode
}
