import BottomNavigation from '@mui/material/BottomNavigation'
import BottomNavigationAction from '@mui/material/BottomNavigationAction'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import ListItemIcon from '@mui/material/ListItemIcon'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Paper from '@mui/material/Paper'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { type ReactNode, useState } from 'react'
import { Link, useLocation } from 'react-router'
import { CollapseIcon, ExpandIcon, MoreIcon } from './icons.tsx'
import { Mark } from './mark.tsx'
import { type Destination, destinations, isCurrent } from './navigation.ts'

/** The places of Braid live here; on phones they move to the bottom. */
export function Rail(props: { readonly collapsed: boolean; readonly onToggle: () => void }): ReactNode {
  const { collapsed, onToggle } = props
  const toggleLabel = collapsed ? 'Show labels' : 'Collapse'
  return (
    <Box
      component="nav"
      aria-label="Main"
      sx={{
        display: { xs: 'none', md: 'flex' },
        flexDirection: 'column',
        width: collapsed ? 64 : 208,
        flexShrink: 0,
        borderRight: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
        p: 1.25,
        gap: 0.5,
      }}
    >
      <Box
        component={Link}
        to="/"
        aria-label="Braid, home"
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 1.25,
          px: 0.75,
          py: 0.5,
          mb: 1.5,
          color: 'text.primary',
          textDecoration: 'none',
          borderRadius: 1,
        }}
      >
        <Mark />
        {!collapsed && (
          <Typography
            component="span"
            sx={{ fontWeight: 700, fontSize: '1.125rem', letterSpacing: '-0.02em' }}
          >
            Braid
          </Typography>
        )}
      </Box>
      {destinations.map((destination) => (
        <RailLink key={destination.to} destination={destination} collapsed={collapsed} />
      ))}
      <Box sx={{ flex: 1 }} />
      <Tooltip title={collapsed ? toggleLabel : ''} placement="right">
        <ButtonBase
          aria-label={toggleLabel}
          aria-expanded={!collapsed}
          onClick={onToggle}
          sx={railItem(false, collapsed)}
        >
          {collapsed ? <ExpandIcon fontSize="small" /> : <CollapseIcon fontSize="small" />}
          {!collapsed && <span>{toggleLabel}</span>}
        </ButtonBase>
      </Tooltip>
    </Box>
  )
}

function railItem(current: boolean, collapsed: boolean) {
  return {
    display: 'flex',
    justifyContent: collapsed ? 'center' : 'flex-start',
    gap: 1.5,
    px: collapsed ? 0 : 1.25,
    height: 38,
    borderRadius: 1,
    fontSize: '0.875rem',
    fontWeight: current ? 650 : 500,
    color: current ? 'primary.main' : 'text.secondary',
    background: current ? 'var(--braid-palette-action-selected)' : 'none',
    '&:hover': {
      background: current ? 'var(--braid-palette-action-selected)' : 'var(--braid-palette-action-hover)',
    },
  }
}

function RailLink(props: { readonly destination: Destination; readonly collapsed: boolean }): ReactNode {
  const { destination, collapsed } = props
  const { pathname } = useLocation()
  const current = isCurrent(destination, pathname)
  const Icon = destination.icon
  return (
    <Tooltip title={collapsed ? destination.label : ''} placement="right">
      <ButtonBase
        component={Link}
        to={destination.to}
        aria-label={destination.label}
        {...(current ? { 'aria-current': 'page' as const } : {})}
        sx={railItem(current, collapsed)}
      >
        <Icon fontSize="small" />
        {!collapsed && <span>{destination.label}</span>}
      </ButtonBase>
    </Tooltip>
  )
}

const onPhone = destinations.filter((destination) => destination.onPhone === true)
const behindMore = destinations.filter((destination) => destination.onPhone !== true)
const more = 'more'

export function BottomRail(): ReactNode {
  const { pathname } = useLocation()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const current = onPhone.find((destination) => isCurrent(destination, pathname))
  const hidden = behindMore.find((destination) => isCurrent(destination, pathname))
  const close = (): void => setAnchor(null)
  return (
    <Paper
      component="nav"
      aria-label="Main"
      square
      sx={{ display: { xs: 'block', md: 'none' }, borderTop: 1, borderColor: 'divider', flexShrink: 0 }}
    >
      <BottomNavigation
        showLabels
        value={current?.to ?? (hidden === undefined ? false : more)}
        sx={{ background: 'none', '& .MuiBottomNavigationAction-root': { minWidth: 0, px: 0.5 } }}
      >
        {onPhone.map(({ to, label, icon: Icon }) => (
          <BottomNavigationAction
            key={to}
            component={Link}
            to={to}
            value={to}
            label={label}
            icon={<Icon />}
          />
        ))}
        <BottomNavigationAction
          value={more}
          label={hidden?.label ?? 'More'}
          icon={<MoreIcon />}
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
        />
      </BottomNavigation>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        {behindMore.map((destination) => {
          const { to, label, icon: Icon } = destination
          return (
            <MenuItem
              key={to}
              component={Link}
              to={to}
              selected={isCurrent(destination, pathname)}
              onClick={close}
            >
              <ListItemIcon>
                <Icon fontSize="small" />
              </ListItemIcon>
              {label}
            </MenuItem>
          )
        })}
      </Menu>
    </Paper>
  )
}
