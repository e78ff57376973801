import { HomeIcon, type Icon, ProcessIcon, RunIcon, TaskIcon } from './icons.tsx'

export type Destination = {
  readonly to: string
  readonly label: string
  readonly icon: Icon
  /** Pressed after `g`. */
  readonly key: string
}

export const destinations: readonly Destination[] = [
  { to: '/', label: 'Home', icon: HomeIcon, key: 'h' },
  { to: '/processes', label: 'Processes', icon: ProcessIcon, key: 'p' },
  { to: '/runs', label: 'Runs', icon: RunIcon, key: 'r' },
  { to: '/tasks', label: 'Tasks', icon: TaskIcon, key: 't' },
]

export const isCurrent = (to: string, pathname: string): boolean =>
  to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`)
