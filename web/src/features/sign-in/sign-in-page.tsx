import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import CircularProgress from '@mui/material/CircularProgress'
import Paper from '@mui/material/Paper'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { api, describeFailure, setCsrfToken } from '../../api/client.ts'
import { sessionQuery } from '../../api/session.ts'
import { Mark } from '../../frame/mark.tsx'
import { useTitle } from '../../frame/page.tsx'
import { monospace } from '../../theme/theme.ts'

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

/** Signs in with the one-time token of a printed link, and explains where such a link comes from. */
export function SignInPage(): ReactNode {
  useTitle('Sign in')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [parameters] = useSearchParams()
  const [token] = useState(takeToken)
  const asked = useRef(false)
  const signIn = useMutation({
    mutationFn: (value: string) => api.createSession({ body: { token: value } }),
    onSuccess: (session) => {
      setCsrfToken(session.csrfToken)
      queryClient.setQueryData(sessionQuery.queryKey, session)
      navigate(safePath(parameters.get('next')), { replace: true })
    },
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
      <Paper variant="outlined" sx={{ p: { xs: 3, sm: 5 }, maxWidth: 460, width: '100%', borderRadius: 1.5 }}>
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
            <>
              {signIn.isError && <Alert severity="error">{describeFailure(signIn.error)}</Alert>}
              <Typography>
                {signIn.isError
                  ? 'A link works once and for a short time. Make a new one:'
                  : 'Braid signs you in with a one-time link, printed where the server was started:'}
              </Typography>
              <Steps />
              <Button variant="outlined" onClick={() => navigate('/')}>
                I am signed in already
              </Button>
            </>
          )}
        </Stack>
      </Paper>
    </Box>
  )
}

function Steps(): ReactNode {
  return (
    <Box component="ol" sx={{ m: 0, pl: 2.5, color: 'text.secondary', '& li': { mb: 1 } }}>
      <li>Look at the terminal in which Braid runs.</li>
      <li>
        Open the address that contains{' '}
        <Box component="code" sx={{ fontFamily: monospace, fontSize: '0.85em' }}>
          /sign-in#token=
        </Box>
      </li>
      <li>Was it used already? Each start of Braid prints a fresh one.</li>
    </Box>
  )
}
