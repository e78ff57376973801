import type { OpenSession } from '@braid/contract/access.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Typography from '@mui/material/Typography'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../../api/client.ts'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { useFailureNotice } from '../../frame/notices.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { browserText } from '../../people/browser-text.ts'

const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => api.listSessions({ signal }),
})

export function MySessions(): ReactNode {
  const sessions = useQuery(sessionsQuery)
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const end = useMutation({
    mutationFn: (sessionId: string) => api.revokeSession({ params: { sessionId } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
    onError,
  })
  if (sessions.isPending) return <LoadingRows rows={2} />
  if (sessions.isError) return <Failure error={sessions.error} onRetry={sessions.refetch} />
  return (
    <Box component="ul" aria-labelledby="sessions-title" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {sessions.data.items.map((session) => (
        <SessionLine
          key={session.sessionId}
          session={session}
          pending={end.isPending && end.variables === session.sessionId}
          onEnd={() => end.mutate(session.sessionId)}
        />
      ))}
    </Box>
  )
}

function SessionLine(props: {
  readonly session: OpenSession
  readonly pending: boolean
  readonly onEnd: () => void
}): ReactNode {
  const { session } = props
  const browser = browserText(session.userAgent)
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 2,
        px: 2.5,
        py: 1.5,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {browser}
        </Typography>
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          Signed in <RelativeTime at={session.createdAt} />
          {session.address !== undefined && ` from ${session.address}`}
        </Typography>
      </Box>
      {session.current ? (
        <Chip size="small" color="success" variant="outlined" label="This one" />
      ) : (
        <Button
          size="small"
          color="error"
          loading={props.pending}
          onClick={props.onEnd}
          aria-label={`End the session in ${browser}`}
        >
          End
        </Button>
      )}
    </Box>
  )
}
