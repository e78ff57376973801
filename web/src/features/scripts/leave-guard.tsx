import { type ReactNode, useEffect } from 'react'
import { useBlocker } from 'react-router'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'

/** State of a navigation that leaves nothing behind: what was changed is saved, or deleted on purpose. */
export const nothingLeft = 'nothing-left'

/** Asks before a page with unsaved changes is left. */
export function LeaveGuard({ unsaved }: { readonly unsaved: boolean }): ReactNode {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      unsaved && currentLocation.pathname !== nextLocation.pathname && nextLocation.state !== nothingLeft,
  )
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (unsaved) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [unsaved])
  return (
    <ConfirmDialog
      open={blocker.state === 'blocked'}
      title="Leave without saving?"
      confirm="Leave"
      keep="Stay"
      pending={false}
      destroys={false}
      onConfirm={() => blocker.proceed?.()}
      onClose={() => blocker.reset?.()}
    >
      Your changes stay in this browser, and are here when you open the script again. Others don’t see them.
    </ConfirmDialog>
  )
}
