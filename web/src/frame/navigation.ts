import {
  AppsIcon,
  DagIcon,
  HomeIcon,
  type Icon,
  ProcessIcon,
  RunIcon,
  ScheduleIcon,
  ScriptIcon,
  TaskIcon,
  WorkersIcon,
} from './icons.tsx'

export type Destination = {
  readonly to: string
  readonly label: string
  readonly icon: Icon
  /** Pressed after `g`. */
  readonly key: string
  /** Other addresses that belong to it. */
  readonly also?: readonly string[]
  /** Has a place of its own at the bottom of a phone; the others are behind More. */
  readonly onPhone?: boolean
}

export const destinations: readonly Destination[] = [
  { to: '/', label: 'Home', icon: HomeIcon, key: 'h', onPhone: true },
  {
    to: '/processes',
    label: 'Processes',
    icon: ProcessIcon,
    key: 'p',
    also: ['/decisions'],
    onPhone: true,
  },
  { to: '/dags', label: 'DAGs', icon: DagIcon, key: 'd' },
  { to: '/scripts', label: 'Scripts', icon: ScriptIcon, key: 'c' },
  { to: '/runs', label: 'Runs', icon: RunIcon, key: 'r', also: ['/dag-runs', '/executions'], onPhone: true },
  { to: '/tasks', label: 'Tasks', icon: TaskIcon, key: 't', onPhone: true },
  { to: '/schedules', label: 'Schedules', icon: ScheduleIcon, key: 's' },
  { to: '/applications', label: 'Applications', icon: AppsIcon, key: 'a' },
  { to: '/workers', label: 'Workers', icon: WorkersIcon, key: 'w' },
]

const isBelow = (to: string, pathname: string): boolean => pathname === to || pathname.startsWith(`${to}/`)

export const isCurrent = ({ to, also = [] }: Destination, pathname: string): boolean =>
  to === '/' ? pathname === '/' : [to, ...also].some((one) => isBelow(one, pathname))
