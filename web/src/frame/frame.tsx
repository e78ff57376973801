import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { Navigate, Outlet, useLocation, useNavigate, useNavigation } from 'react-router'
import { describeFailure } from '../api/client.ts'
import { sessionQuery } from '../api/session.ts'
import { KeysHelp } from './keys-help.tsx'
import { destinations } from './navigation.ts'
import { BottomRail, Rail } from './rail.tsx'
import { isTyping, useKeys } from './shortcuts.ts'
import { Splash } from './splash.tsx'
import { TopBar } from './top-bar.tsx'

const railMemory = 'braid-rail'
/** Milliseconds in which the second key of `g r` must follow. */
const chordMs = 1_200

/** Everything around a page. Who is not signed in is sent to sign in and comes back afterwards. */
export function Frame(): ReactNode {
  const session = useQuery(sessionQuery)
  const location = useLocation()
  if (session.data === null) {
    const back = `${location.pathname}${location.search}`
    return <Navigate to={back === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(back)}`} replace />
  }
  if (session.data !== undefined) return <SignedInFrame session={session.data} />
  if (session.isError)
    return (
      <Box sx={{ p: 6, maxWidth: 640, mx: 'auto' }}>
        <Alert severity="error" action={<Button onClick={() => session.refetch()}>Try again</Button>}>
          {describeFailure(session.error)}
        </Alert>
      </Box>
    )
  return <Splash />
}

function SignedInFrame({
  session,
}: {
  readonly session: Parameters<typeof TopBar>[0]['session']
}): ReactNode {
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(railMemory) === 'collapsed')
  const [help, setHelp] = useState(false)
  const navigation = useNavigation()
  useFrameKeys(() => setHelp(true))
  const toggle = (): void => {
    localStorage.setItem(railMemory, collapsed ? 'open' : 'collapsed')
    setCollapsed(!collapsed)
  }
  return (
    <Box sx={{ display: 'flex', height: '100dvh', overflow: 'hidden' }}>
      <SkipLink />
      <Rail collapsed={collapsed} onToggle={toggle} />
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <TopBar session={session} onHelp={() => setHelp(true)} />
        <Box
          component="main"
          id="content"
          tabIndex={-1}
          sx={{ flex: 1, minHeight: 0, overflow: 'auto', position: 'relative', outline: 'none' }}
        >
          {navigation.state === 'loading' && (
            <LinearProgress
              aria-label="Loading the page"
              sx={{ position: 'absolute', top: 0, left: 0, right: 0, height: 2, zIndex: 5 }}
            />
          )}
          <Outlet />
        </Box>
        <BottomRail />
      </Box>
      <KeysHelp open={help} onClose={() => setHelp(false)} />
    </Box>
  )
}

function SkipLink(): ReactNode {
  return (
    <Box
      component="a"
      href="#content"
      sx={{
        position: 'absolute',
        left: 8,
        top: -60,
        zIndex: 20,
        px: 2,
        py: 1,
        borderRadius: 1,
        background: 'var(--braid-palette-primary-main)',
        color: 'var(--braid-palette-primary-contrastText)',
        '&:focus': { top: 8 },
      }}
    >
      Skip to the content
    </Box>
  )
}

function useFrameKeys(onHelp: () => void): void {
  const navigate = useNavigate()
  const chordUntil = useRef(0)
  useKeys((event) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
    const inChord = event.timeStamp < chordUntil.current
    chordUntil.current = event.key === 'g' && !inChord ? event.timeStamp + chordMs : 0
    if (event.key === '?') onHelp()
    const destination = inChord ? destinations.find(({ key }) => key === event.key) : undefined
    if (destination !== undefined) navigate(destination.to)
  })
}
