import Box from '@mui/material/Box'
import { type ReactNode, useMemo } from 'react'
import { useRested } from '../../frame/time.tsx'
import { visuallyHidden } from '../../frame/visually-hidden.ts'
import { type ElementNames, nameOf } from '../../history/element-names.ts'
import type { InstanceView } from '../../live/instance-view.ts'

/** Milliseconds without a move before it is said where the tokens are: a busy run would never stop talking. */
const restMs = 800

/** Says where the tokens are to those who don't see the diagram. */
export function Announcer(props: { readonly view: InstanceView; readonly names: ElementNames }): ReactNode {
  const { view, names } = props
  const text = useMemo(() => inWords(view, names), [view, names])
  const rested = useRested(text, restMs)
  return (
    <Box aria-live="polite" sx={visuallyHidden}>
      {rested}
    </Box>
  )
}

function inWords(view: InstanceView, names: ElementNames): string {
  if (view.status === 'suspended') return 'The run is suspended.'
  if (view.status !== 'active')
    return `The run has ${view.status === 'completed' ? 'completed' : 'been terminated'}.`
  const active = [...view.elements]
    .filter(([element, { active: count }]) => count > 0 && names.has(element))
    .map(
      ([element, { incidents }]) => `${nameOf(names, element)}${incidents > 0 ? ', with an incident' : ''}`,
    )
  return active.length === 0 ? '' : `Tokens are at: ${active.join('; ')}.`
}
