import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { type ReactNode, useId } from 'react'

/** A part of the page with its heading. */
export function Section(props: {
  readonly title: string
  readonly about: string
  readonly action?: ReactNode
  readonly children: ReactNode
}): ReactNode {
  const id = useId()
  return (
    <Box component="section" aria-labelledby={id} sx={{ mt: 4 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: 1.5, mb: 1.5 }}>
        <Box sx={{ flex: 1, minWidth: 220 }}>
          <Typography id={id} variant="h2">
            {props.title}
          </Typography>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {props.about}
          </Typography>
        </Box>
        {props.action}
      </Box>
      {props.children}
    </Box>
  )
}
