import type { Session } from '@braid/contract/access.ts'
import type { Permission } from '@braid/contract/permission.ts'
import Avatar from '@mui/material/Avatar'
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Divider from '@mui/material/Divider'
import IconButton from '@mui/material/IconButton'
import ListItemIcon from '@mui/material/ListItemIcon'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { api } from '../api/client.ts'
import { topologyQuery } from '../api/queries.ts'
import { beginSession, may } from '../api/session.ts'
import { roleTexts } from '../people/role-text.ts'
import { AccountIcon, HelpIcon, type Icon, KeyIcon, LimitIcon, PeopleIcon, SignOutIcon } from './icons.tsx'
import { LiveDot } from './live-dot.tsx'
import { Mark } from './mark.tsx'
import { useFailureNotice } from './notices.tsx'
import { SchemeSwitch } from './scheme-switch.tsx'

export function TopBar(props: { readonly session: Session; readonly onHelp: () => void }): ReactNode {
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        height: 52,
        flexShrink: 0,
        px: { xs: 1.5, md: 3 },
        borderBottom: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box
        component={Link}
        to="/"
        aria-label="Braid, home"
        sx={{ display: { xs: 'flex', md: 'none' }, mr: 0.5 }}
      >
        <Mark size={26} />
      </Box>
      <Environment />
      <Box sx={{ flex: 1 }} />
      <LiveDot />
      <SchemeSwitch />
      <Tooltip title="Keys (?)">
        <IconButton size="small" aria-label="Keyboard shortcuts" onClick={props.onHelp}>
          <HelpIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <UserMenu session={props.session} />
    </Box>
  )
}

/** Where this is: so that nobody cancels production runs believing it is a laptop. */
function Environment(): ReactNode {
  const { data } = useQuery(topologyQuery)
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(window.location.hostname)
  const nodes = data?.clusterSize ?? 1
  const details = [
    window.location.host,
    data === undefined ? undefined : `version ${data.gatewayVersion}`,
    `${nodes} node${nodes === 1 ? '' : 's'}`,
  ].filter((part) => part !== undefined)
  return (
    <Tooltip title={details.join(' · ')}>
      <Chip
        size="small"
        variant="outlined"
        color={local ? 'success' : 'warning'}
        label={local ? 'Local' : window.location.hostname}
      />
    </Tooltip>
  )
}

/** Beside the rail: what concerns oneself, and who else may come. */
const places: readonly {
  readonly to: string
  readonly label: string
  readonly icon: Icon
  readonly needs?: Permission
}[] = [
  { to: '/account', label: 'My account', icon: AccountIcon },
  { to: '/users', label: 'Users', icon: PeopleIcon, needs: 'user:read' },
  { to: '/access-keys', label: 'Access keys', icon: KeyIcon, needs: 'api-key:read' },
  { to: '/limits', label: 'Limits', icon: LimitIcon, needs: 'rate-limit:read' },
]

function UserMenu({ session }: { readonly session: Session }): ReactNode {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const signOut = useMutation({
    mutationFn: () => api.deleteSession(),
    onSuccess: () => beginSession(queryClient, null),
    onError,
  })
  const close = (): void => setAnchor(null)
  return (
    <>
      <AccountButton name={session.displayName} onOpen={setAnchor} />
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        slotProps={{ paper: { variant: 'outlined', sx: { minWidth: 220 } } }}
      >
        <Box sx={{ px: 2, py: 1 }}>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {session.displayName}
          </Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {session.username}
            {session.role !== undefined && ` · ${roleTexts[session.role].label}`}
          </Typography>
        </Box>
        <Divider sx={{ mb: 0.5 }} />
        {places
          .filter(({ needs }) => needs === undefined || may(session, needs))
          .map(({ to, label, icon: PlaceIcon }) => (
            <MenuItem key={to} component={Link} to={to} onClick={close}>
              <ListItemIcon>
                <PlaceIcon fontSize="small" />
              </ListItemIcon>
              {label}
            </MenuItem>
          ))}
        <Divider />
        <MenuItem
          onClick={() => {
            close()
            signOut.mutate()
          }}
        >
          <ListItemIcon>
            <SignOutIcon fontSize="small" />
          </ListItemIcon>
          Sign out
        </MenuItem>
      </Menu>
    </>
  )
}

function AccountButton(props: {
  readonly name: string
  readonly onOpen: (anchor: HTMLElement) => void
}): ReactNode {
  return (
    <Tooltip title={props.name}>
      <IconButton
        size="small"
        aria-label={`Account of ${props.name}`}
        aria-haspopup="menu"
        onClick={(event) => props.onOpen(event.currentTarget)}
      >
        <Avatar
          sx={{
            width: 28,
            height: 28,
            fontSize: '0.8125rem',
            fontWeight: 650,
            bgcolor: 'primary.main',
            color: 'primary.contrastText',
          }}
        >
          {props.name.slice(0, 1).toUpperCase()}
        </Avatar>
      </IconButton>
    </Tooltip>
  )
}
