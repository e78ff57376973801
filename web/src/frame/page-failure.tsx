import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link, useRouteError } from 'react-router'
import { describeFailure } from '../api/client.ts'
import { Mark } from './mark.tsx'

/** A page that broke, or whose code could not be loaded after an update. */
export function PageFailure(): ReactNode {
  const error = useRouteError()
  return (
    <Stack role="alert" spacing={2} sx={{ p: 6, alignItems: 'center', textAlign: 'center' }}>
      <Mark size={40} />
      <Typography variant="h1">This page could not be shown</Typography>
      <Typography sx={{ color: 'text.secondary', maxWidth: 520 }}>{describeFailure(error)}</Typography>
      <Button variant="contained" onClick={() => window.location.reload()}>
        Load it again
      </Button>
    </Stack>
  )
}

export function PageMissing(): ReactNode {
  return (
    <Stack spacing={2} sx={{ p: 8, alignItems: 'center', textAlign: 'center' }}>
      <Typography variant="h1">There is no page at this address</Typography>
      <Button component={Link} to="/" variant="outlined">
        Go home
      </Button>
    </Stack>
  )
}
