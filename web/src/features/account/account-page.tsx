import type { Session } from '@braid/contract/access.ts'
import Paper from '@mui/material/Paper'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../../api/client.ts'
import { sessionQuery } from '../../api/session.ts'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { roleTexts } from '../../people/role-text.ts'
import { MySessions } from './my-sessions.tsx'
import { PasswordForm } from './password-form.tsx'

const currentUserQuery = queryOptions({
  queryKey: ['authentication', 'me'],
  queryFn: ({ signal }) => api.getCurrentUser({ signal }),
})

/** Who I am, how I sign in, and where I am signed in. */
export function AccountPage(): ReactNode {
  const session = useQuery(sessionQuery)
  const me = useQuery(currentUserQuery)
  return (
    <Page title="My account" maxWidth={760}>
      <Stack spacing={3}>
        <Paper variant="outlined" component="section" aria-label="Who I am" sx={{ p: 2.5 }}>
          {me.isError ? (
            <Failure error={me.error} onRetry={me.refetch} />
          ) : me.data === undefined || session.data == null ? (
            <LoadingRows rows={2} />
          ) : (
            <Identity session={session.data} email={me.data.email} />
          )}
        </Paper>
        <Paper variant="outlined" component="section" aria-labelledby="password-title" sx={{ p: 2.5 }}>
          <Typography variant="h2" id="password-title" sx={{ mb: 2 }}>
            Password
          </Typography>
          {session.data != null && <PasswordForm username={session.data.username} />}
        </Paper>
        <Paper variant="outlined" component="section" aria-labelledby="sessions-title">
          <Typography variant="h2" id="sessions-title" sx={{ px: 2.5, pt: 2.5, pb: 1 }}>
            Where I am signed in
          </Typography>
          <MySessions />
        </Paper>
      </Stack>
    </Page>
  )
}

function Identity({
  session,
  email,
}: {
  readonly session: Session
  readonly email: string | null
}): ReactNode {
  const role = session.role === undefined ? undefined : roleTexts[session.role]
  const lines = [
    ['Name', session.displayName],
    ['User name', session.username],
    ['E-mail', email ?? 'none'],
    ['Role', role === undefined ? 'none' : `${role.label}: ${role.hint}`],
  ] as const
  return (
    <Stack component="dl" spacing={1} sx={{ m: 0 }}>
      {lines.map(([label, text]) => (
        <Stack key={label} direction={{ xs: 'column', sm: 'row' }} spacing={{ xs: 0, sm: 2 }}>
          <Typography
            component="dt"
            variant="body2"
            sx={{ color: 'text.secondary', width: 120, flexShrink: 0 }}
          >
            {label}
          </Typography>
          <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: 'anywhere' }}>
            {text}
          </Typography>
        </Stack>
      ))}
    </Stack>
  )
}
