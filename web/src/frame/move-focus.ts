import type { KeyboardEvent } from 'react'

/** The up and down arrows go through the links or buttons inside; what they reach is returned. */
export function moveFocus(event: KeyboardEvent<HTMLElement>, tag: 'a' | 'button'): HTMLElement | undefined {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return undefined
  const targets = [...event.currentTarget.querySelectorAll(tag)]
  const index = targets.findIndex((target) => target.matches(':focus'))
  const next = targets[index + (event.key === 'ArrowDown' ? 1 : -1)]
  if (next === undefined) return undefined
  event.preventDefault()
  next.focus()
  return next
}
