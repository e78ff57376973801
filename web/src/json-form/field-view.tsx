import type { ReactNode } from 'react'
import type { FieldProps } from './field-props.ts'
import { ListView, ObjectView } from './nested-fields.tsx'
import { BooleanView, ChoiceView, JsonView, NumberView, TextView } from './simple-fields.tsx'

/** The control of a field, whatever it is. */
export function FieldView(props: FieldProps): ReactNode {
  const { field, ...rest } = props
  switch (field.kind) {
    case 'text':
      return <TextView field={field} {...rest} />
    case 'number':
      return <NumberView field={field} {...rest} />
    case 'boolean':
      return <BooleanView field={field} {...rest} />
    case 'choice':
      return <ChoiceView field={field} {...rest} />
    case 'list':
      return <ListView field={field} {...rest} view={FieldView} />
    case 'object':
      return <ObjectView field={field} {...rest} view={FieldView} />
    case 'json':
      return <JsonView field={field} {...rest} />
  }
}
