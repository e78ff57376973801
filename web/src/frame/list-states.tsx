import Alert from '@mui/material/Alert'
import AlertTitle from '@mui/material/AlertTitle'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { describeFailure, isStatus } from '../api/client.ts'
import type { Icon } from './icons.tsx'

/** Rows to come. */
export function LoadingRows({ rows = 6 }: { readonly rows?: number }): ReactNode {
  return (
    <Box role="status" aria-label="Loading" sx={{ p: 2 }}>
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((row) => (
        <Skeleton key={row} height={30} sx={{ my: 0.75 }} />
      ))}
    </Box>
  )
}

/** Why nothing is here, and what would bring something. */
export function Empty(props: {
  readonly icon: Icon
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}): ReactNode {
  const Icon = props.icon
  return (
    <Stack spacing={1} sx={{ alignItems: 'center', textAlign: 'center', px: 3, py: { xs: 5, md: 7 } }}>
      <Icon sx={{ fontSize: 34, color: 'text.secondary', opacity: 0.7 }} />
      <Typography variant="h3" component="p">
        {props.title}
      </Typography>
      {props.children !== undefined && (
        <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 420 }}>
          {props.children}
        </Typography>
      )}
      {props.action !== undefined && <Box sx={{ pt: 1 }}>{props.action}</Box>}
    </Stack>
  )
}

/** A list or detail that could not be read. */
export function Failure(props: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  const forbidden = isStatus(props.error, 403)
  const missing = isStatus(props.error, 404)
  const title = forbidden
    ? 'You may not see this'
    : missing
      ? 'There is no such thing'
      : 'This could not be loaded'
  return (
    <Alert
      severity={forbidden || missing ? 'info' : 'error'}
      sx={{ m: 2 }}
      {...(props.onRetry === undefined
        ? {}
        : {
            action: (
              <Button color="inherit" onClick={props.onRetry}>
                Try again
              </Button>
            ),
          })}
    >
      <AlertTitle>{title}</AlertTitle>
      {describeFailure(props.error)}
    </Alert>
  )
}

/** Under a list that has more. */
export function LoadMore(props: {
  readonly found: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => unknown
  }
}): ReactNode {
  const { found } = props
  if (!found.hasNextPage) return null
  return (
    <Box sx={{ display: 'flex', justifyContent: 'center', p: 2 }}>
      <Button
        variant="outlined"
        size="small"
        onClick={() => void found.fetchNextPage()}
        loading={found.isFetchingNextPage}
      >
        Load more
      </Button>
    </Box>
  )
}
