import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { type ReactNode, useEffect } from 'react'

/** A page that scrolls: title, an optional sentence, actions on the right. */
export function Page(props: {
  readonly title: string
  readonly subtitle?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** For pages that read better narrow. */
  readonly maxWidth?: number
}): ReactNode {
  useTitle(props.title)
  return (
    <Box sx={{ px: { xs: 2, md: 4 }, py: { xs: 2, md: 3.5 }, maxWidth: props.maxWidth ?? 1360, mx: 'auto' }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: 2, mb: 3 }}>
        <Box sx={{ flex: 1, minWidth: 220 }}>
          <Typography variant="h1">{props.title}</Typography>
          {props.subtitle !== undefined && (
            <Typography sx={{ color: 'text.secondary', mt: 0.5 }}>{props.subtitle}</Typography>
          )}
        </Box>
        {props.actions !== undefined && (
          <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>{props.actions}</Box>
        )}
      </Box>
      {props.children}
    </Box>
  )
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Braid`
    return () => {
      document.title = 'Braid'
    }
  }, [title])
}
