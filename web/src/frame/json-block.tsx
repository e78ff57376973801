import type { ReactNode } from 'react'
import { TextBlock } from './text-block.tsx'

/** A value as JSON, with its title and a button that copies it. */
export function JsonBlock(props: {
  readonly title: string
  readonly value: unknown
  /** In words, where there is no value. */
  readonly missing?: string
}): ReactNode {
  const { value, ...rest } = props
  return <TextBlock {...rest} text={JSON.stringify(value, null, 2)} />
}
