import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import type { ElementNames } from '../../history/element-names.ts'
import type { LiveInstance } from '../../live/use-instance.ts'

/** What every panel beside the diagram gets. */
export type PanelProps = {
  readonly instance: ProcessInstance
  readonly live: LiveInstance
  readonly names: ElementNames
  /** Element chosen on the diagram: panels show only what belongs to it. */
  readonly selected: string | undefined
  readonly onSelect: (element: string | undefined) => void
}
