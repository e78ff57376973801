import Alert from '@mui/material/Alert'
import Snackbar from '@mui/material/Snackbar'
import { createContext, type ReactNode, use, useCallback, useState } from 'react'
import { describeFailure } from '../api/client.ts'

export type Notice = {
  readonly severity: 'success' | 'info' | 'error'
  readonly text: string
  readonly action?: ReactNode
}

type Show = (notice: Notice) => void

const NoticesContext = createContext<Show>(() => undefined)

/** Short messages at the bottom of the window, one at a time: the newest wins. */
export function Notices({ children }: { readonly children: ReactNode }): ReactNode {
  const [notice, setNotice] = useState<Notice & { readonly id: number }>()
  const [open, setOpen] = useState(false)
  const show = useCallback<Show>((next) => {
    setNotice((before) => ({ ...next, id: (before?.id ?? 0) + 1 }))
    setOpen(true)
  }, [])
  return (
    <NoticesContext value={show}>
      {children}
      <Snackbar
        key={notice?.id}
        open={open}
        autoHideDuration={notice?.severity === 'error' ? 9_000 : 5_000}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
        onClose={(_, reason) => reason !== 'clickaway' && setOpen(false)}
      >
        <Alert
          severity={notice?.severity ?? 'info'}
          variant="filled"
          action={notice?.action}
          {...(notice?.action === undefined ? { onClose: () => setOpen(false) } : {})}
        >
          {notice?.text}
        </Alert>
      </Snackbar>
    </NoticesContext>
  )
}

export const useNotices = (): Show => use(NoticesContext)

/** For mutations: says why the server refused. */
export function useFailureNotice(): (error: unknown) => void {
  const show = useNotices()
  return useCallback((error) => show({ severity: 'error', text: describeFailure(error) }), [show])
}
