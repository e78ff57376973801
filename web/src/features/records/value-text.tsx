import Link from '@mui/material/Link'
import type { ReactNode } from 'react'
import { RelativeTime } from '../../frame/time.tsx'
import type { Field } from '../../json-form/field.ts'

/** Longer ones are cut in lists. */
const mostLetters = 120

/** A value as people read it: dates, links, yes and no. `short`: for a cell of a list. */
export function ValueText(props: {
  readonly field: Field | undefined
  readonly value: unknown
  readonly short?: boolean
}): ReactNode {
  const { field, value, short = false } = props
  if (value === undefined || value === null || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'number') return value.toLocaleString()
  if (typeof value !== 'string') {
    const plain = Array.isArray(value) && value.every((item) => typeof item !== 'object')
    return cut(plain ? value.join(', ') : JSON.stringify(value, null, short ? 0 : 2), short)
  }
  if (field?.kind === 'text' && field.input === 'date-time' && !Number.isNaN(Date.parse(value)))
    return <RelativeTime at={value} />
  if (field?.kind === 'text' && field.input === 'url' && /^https?:/.test(value) && !short)
    return (
      <Link href={value} target="_blank" rel="noopener noreferrer">
        {value}
      </Link>
    )
  if (field?.kind === 'choice') return field.choices.find((choice) => choice.value === value)?.label ?? value
  return cut(value, short)
}

const cut = (text: string, short: boolean): string =>
  short && text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text
