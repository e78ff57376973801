import Button from '@mui/material/Button'
import { useNotices } from '../../frame/notices.tsx'
import type { Content } from './draft.ts'
import type { DraftControl } from './use-draft.ts'

/** Puts something else into the editor; what was written and not saved is brought back by a button. */
export function useReplace(draft: DraftControl): (content: Partial<Content>, notice: string) => void {
  const show = useNotices()
  const { content: before, changed, change } = draft
  return (content, notice) => {
    change(content)
    if (!changed) return
    const action = (
      <Button color="inherit" size="small" onClick={() => change(before)}>
        Undo
      </Button>
    )
    show({ severity: 'info', text: notice, action })
  }
}
