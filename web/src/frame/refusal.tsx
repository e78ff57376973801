import Alert from '@mui/material/Alert'
import { type ReactNode, useEffect, useRef } from 'react'

/**
 * Why a dialog could not do what its button says. It takes the focus, which the button lost when it was disabled
 * meanwhile: keys such as Escape go on working, and screen readers start here.
 */
export function Refusal({ children }: { readonly children: ReactNode }): ReactNode {
  const alert = useRef<HTMLDivElement>(null)
  useEffect(() => alert.current?.focus(), [])
  return (
    <Alert ref={alert} severity="error" tabIndex={-1}>
      {children}
    </Alert>
  )
}
