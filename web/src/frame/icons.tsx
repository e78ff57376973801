/** Our own icons: round lines on a field of 24 × 24, in the colour of the text around them. */

import type SvgIcon from '@mui/material/SvgIcon'
import { createSvgIcon } from '@mui/material/utils'

export type Icon = typeof SvgIcon

/** `path`: centre lines, drawn with a round pen. */
const icon = (name: string, path: string): Icon =>
  createSvgIcon(
    <path
      d={path}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
    />,
    name,
  )

const circle = 'M12 3a9 9 0 0 1 0 18a9 9 0 0 1 0-18z'

export const AccountIcon = icon(
  'Account',
  'M12 4a4 4 0 0 1 0 8a4 4 0 0 1 0-8zM4.5 20.5c0-3.75 3.25-6 7.5-6s7.5 2.25 7.5 6',
)
export const AddIcon = icon('Add', 'M12 5v14M5 12h14')
export const AppsIcon = icon(
  'Apps',
  'M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
)
export const BackIcon = icon('Back', 'M20 12H4M10.5 5.5L4 12l6.5 6.5')
export const BranchIcon = icon(
  'Branch',
  'M12 3.5l8.5 8.5l-8.5 8.5L3.5 12zM9.5 12h5M12.5 9.8l2.2 2.2l-2.2 2.2',
)
export const CallIcon = icon('Call', 'M7 17L17 7M9 7h8v8')
export const CancelIcon = icon('Cancel', `${circle}M9 9l6 6M15 9l-6 6`)
export const CheckIcon = icon('Check', `${circle}M8 12.25L10.75 15L16 9.5`)
export const ClaimIcon = icon(
  'Claim',
  'M9.5 4.5a3.5 3.5 0 0 1 0 7a3.5 3.5 0 0 1 0-7zM3 20c0-3.5 2.75-5.5 6.5-5.5S16 16.5 16 20M18.5 8v6M15.5 11h6',
)
export const CollapseIcon = icon('Collapse', 'M18 6l-6 6l6 6M11 6l-6 6l6 6')
export const CopyIcon = icon('Copy', 'M9 9h11v11H9zM15 4H4v11h1')
export const DagIcon = icon(
  'Dag',
  'M5.5 9.5a2.5 2.5 0 0 1 0 5a2.5 2.5 0 0 1 0-5zM18.5 3.5a2.5 2.5 0 0 1 0 5a2.5 2.5 0 0 1 0-5zM18.5 15.5a2.5 2.5 0 0 1 0 5a2.5 2.5 0 0 1 0-5zM7.8 10.9l8.4-3.8M7.8 13.1l8.4 3.8',
)
export const DarkIcon = icon('Dark', 'M20 14.5A8.5 8.5 0 1 1 9.5 4A7 7 0 0 0 20 14.5z')
export const DownloadIcon = icon('Download', 'M12 4v11.5M7.5 11l4.5 4.5l4.5-4.5M5 20h14')
export const EditIcon = icon('Edit', 'M4 20l1-4.5l11-11L19.5 8l-11 11zM13.5 7l3.5 3.5')
export const ErrorIcon = icon('Error', `${circle}M12 7.5v5.25M12 16.2v.1`)
export const ExpandIcon = icon('Expand', 'M6 6l6 6l-6 6M13 6l6 6l-6 6')
export const FitIcon = icon('Fit', 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9.5h6v5H9z')
export const HelpIcon = icon(
  'Help',
  `${circle}M9.5 9.75a2.5 2.5 0 1 1 3.6 2.25c-.75.4-1.1.9-1.1 1.75M12 16.7v.1`,
)
export const HistoryIcon = icon('History', 'M4 5v4.5h4.5M4.4 9.5a8.25 8.25 0 1 1-.4 4M12 8v4.5l3 1.75')
export const HomeIcon = icon('Home', 'M4 11l8-7l8 7M6 9.5V20h12V9.5M10 20v-6h4v6')
export const KeyIcon = icon('Key', 'M8 12a4 4 0 0 1 0 8a4 4 0 0 1 0-8zM11 13.2L20 4M16 8l3 3')
export const LightIcon = icon(
  'Light',
  'M12 8a4 4 0 0 1 0 8a4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
)
export const LoopIcon = icon(
  'Loop',
  'M4.5 11a7.5 7.5 0 0 1 13-4.5L20 9M20 4v5h-5M19.5 13a7.5 7.5 0 0 1-13 4.5L4 15M4 20v-5h5',
)
export const LimitIcon = icon('Limit', 'M5.6 18.4a9 9 0 1 1 12.8 0M12 12l4-4M12 12v.1')
export const ListIcon = icon('List', 'M8.5 6H20M8.5 12H20M8.5 18H20M4.5 6v.1M4.5 12v.1M4.5 18v.1')
export const MoreIcon = icon('More', 'M5.5 12v.1M12 12v.1M18.5 12v.1')
export const OutlineIcon = icon('Outline', 'M4 5h9M11 12h9M11 19h9M6.5 5v14h4.5M6.5 12h4.5')
export const PauseIcon = icon('Pause', `${circle}M10 8.5v7M14 8.5v7`)
export const PeopleIcon = icon(
  'People',
  'M9 4.5a3.5 3.5 0 0 1 0 7a3.5 3.5 0 0 1 0-7zM2.5 19.5c0-3.25 2.75-5 6.5-5s6.5 1.75 6.5 5M16 5a3.25 3.25 0 0 1 0 6.25M17.5 14.75c2.5.4 4 2 4 4.75',
)
export const PlayIcon = icon('Play', 'M8 5.5L18.5 12L8 18.5z')
export const ProcessIcon = icon('Process', 'M4 4h7v5H4zM13 15h7v5h-7zM7.5 9v8.5H13')
export const RemoveIcon = icon('Remove', 'M5 12h14')
export const RetryIcon = icon('Retry', 'M5 4.5V9h4.5M5.2 9a8 8 0 1 1-.9 5.5')
export const ScheduleIcon = icon('Schedule', `${circle}M12 7v5.2l3.5 2`)
export const RunIcon = icon('Run', `${circle}M10 8.5l5.5 3.5l-5.5 3.5z`)
export const ScriptIcon = icon('Script', 'M4 5h16v14H4zM7.5 9.5L10 12l-2.5 2.5M12 15h4.5')
export const SkipIcon = icon('Skip', 'M5 6l7 6l-7 6zM13 6l6 6l-6 6M20.5 6v12')
export const StackIcon = icon(
  'Stack',
  'M12 3.5l8.5 4.5l-8.5 4.5L3.5 8zM3.5 12l8.5 4.5l8.5-4.5M3.5 16l8.5 4.5l8.5-4.5',
)
export const StreamIcon = icon('Stream', 'M3 12h4M9.5 12h2M14 12h1.5M18 8l4 4l-4 4M3 6.5h7M3 17.5h7')
export const SignOutIcon = icon('SignOut', 'M10 4H5v16h5M10 12h10M16.5 8.5L20 12l-3.5 3.5')
export const TaskIcon = icon('Task', 'M9 4.5H5.5v16h13v-16H15M9 3h6v3.5H9zM8.75 13.5L11 15.75l4.25-4.5')
export const TimelineIcon = icon('Timeline', 'M4 6h8M8 12h9M13 18h7')
export const UploadIcon = icon('Upload', 'M13.5 3h-8v18h13V8zM13.5 3v5h5M12 17.5v-6M9.5 13.5L12 11l2.5 2.5')
export const VariablesIcon = icon(
  'Variables',
  'M9 4.5H8a2 2 0 0 0-2 2V10a2 2 0 0 1-2 2a2 2 0 0 1 2 2v3.5a2 2 0 0 0 2 2h1M15 4.5h1a2 2 0 0 1 2 2V10a2 2 0 0 0 2 2a2 2 0 0 0-2 2v3.5a2 2 0 0 1-2 2h-1',
)
export const WaitingIcon = icon(
  'Waiting',
  'M7 3.5h10M7 20.5h10M8 3.5v3.75L12 12l4-4.75V3.5M8 20.5v-3.75L12 12l4 4.75v3.75',
)
export const WorkersIcon = icon(
  'Workers',
  'M4 5h16v5.5H4zM4 13.5h16V19H4zM7.5 7.75v.1M7.5 16.25v.1M11 7.75h5.5M11 16.25h5.5',
)
export const WorkIcon = icon('Work', 'M4 8h16v11.5H4zM9 8V4.5h6V8M4 13h16')
