import type { Session } from '@braid/contract/access.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import CircularProgress from '@mui/material/CircularProgress'
import Divider from '@mui/material/Divider'
import Paper from '@mui/material/Paper'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { api, describeFailure } from '../../api/client.ts'
import { beginSession } from '../../api/session.ts'
import { Mark } from '../../frame/mark.tsx'
import { useTitle } from '../../frame/page.tsx'
import { monospace } from '../../theme/theme.ts'
import { PasswordForm } from './password-form.tsx'
import { RegistrationForm } from './registration-form.tsx'

/** Takes the token out of the address, so that it stays neither in the history nor in a screenshot. */
function takeToken(): string | undefined {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token')
  if (token === null) return undefined
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  return token
}

/** Only paths of this site: `//elsewhere` would leave it. */
function safePath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/'
}

const optionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => api.getSignInOptions({ signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Signs in by name and password, or with the one-time token of a printed link. */
export function SignInPage(): ReactNode {
  useTitle('Sign in')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [parameters] = useSearchParams()
  const [token] = useState(takeToken)
  const asked = useRef(false)
  const onSignedIn = (session: Session): void => {
    beginSession(queryClient, session)
    navigate(safePath(parameters.get('next')), { replace: true })
  }
  const signIn = useMutation({
    mutationFn: (value: string) => api.createSession({ body: { token: value } }),
    onSuccess: onSignedIn,
  })
  const { mutate } = signIn
  useEffect(() => {
    // A token works once: the second run of an effect must not spend it again.
    if (token === undefined || asked.current) return
    asked.current = true
    mutate(token)
  }, [token, mutate])

  return (
    <Box component="main" sx={{ minHeight: '100dvh', display: 'grid', placeItems: 'center', p: 2 }}>
      <Paper variant="outlined" sx={{ p: { xs: 3, sm: 5 }, maxWidth: 440, width: '100%', borderRadius: 1.5 }}>
        <Stack spacing={2.5}>
          <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center' }}>
            <Mark size={36} />
            <Typography variant="h1">Sign in to Braid</Typography>
          </Stack>
          {token !== undefined && !signIn.isError ? (
            <Stack direction="row" spacing={1.5} role="status" sx={{ alignItems: 'center' }}>
              <CircularProgress size={18} />
              <Typography>Signing in…</Typography>
            </Stack>
          ) : (
            <Ways onSignedIn={onSignedIn} {...(signIn.isError ? { linkFailure: signIn.error } : {})} />
          )}
        </Stack>
      </Paper>
    </Box>
  )
}

function Ways(props: {
  readonly onSignedIn: (session: Session) => void
  /** Why a link did not sign in. */
  readonly linkFailure?: unknown
}): ReactNode {
  const { linkFailure, onSignedIn } = props
  const [registering, setRegistering] = useState(false)
  const isOpen = useQuery(optionsQuery).data?.registration === 'open'
  return (
    <>
      {linkFailure !== undefined && <Alert severity="error">{describeFailure(linkFailure)}</Alert>}
      {registering ? <RegistrationForm onSignedIn={onSignedIn} /> : <PasswordForm onSignedIn={onSignedIn} />}
      {isOpen && (
        <Button onClick={() => setRegistering(!registering)}>
          {registering ? 'I have an account already' : 'I have no account yet'}
        </Button>
      )}
      <Divider />
      <LinkHelp used={linkFailure !== undefined} />
    </>
  )
}

function LinkHelp({ used }: { readonly used: boolean }): ReactNode {
  return (
    <Typography variant="body2" sx={{ color: 'text.secondary' }}>
      {used
        ? 'A link works once and for a short time. Each start of Braid prints a new one: the address with '
        : 'Administrators without a password use the one-time link that Braid prints in its terminal at each start: the address with '}
      <Box component="code" sx={{ fontFamily: monospace, fontSize: '0.9em' }}>
        /sign-in#token=
      </Box>
    </Typography>
  )
}
