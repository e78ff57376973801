import type { SvgIconComponent } from '@mui/icons-material'
import AssignmentTurnedInOutlined from '@mui/icons-material/AssignmentTurnedInOutlined'
import HomeOutlined from '@mui/icons-material/HomeOutlined'
import PlayCircleOutlined from '@mui/icons-material/PlayCircleOutlined'
import SchemaOutlined from '@mui/icons-material/SchemaOutlined'

export type Destination = {
  readonly to: string
  readonly label: string
  readonly icon: SvgIconComponent
  /** Pressed after `g`. */
  readonly key: string
}

export const destinations: readonly Destination[] = [
  { to: '/', label: 'Home', icon: HomeOutlined, key: 'h' },
  { to: '/processes', label: 'Processes', icon: SchemaOutlined, key: 'p' },
  { to: '/runs', label: 'Runs', icon: PlayCircleOutlined, key: 'r' },
  { to: '/tasks', label: 'Tasks', icon: AssignmentTurnedInOutlined, key: 't' },
]

export const isCurrent = (to: string, pathname: string): boolean =>
  to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`)
