import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import type { Screen } from '../../application/application-queries.ts'
import { JsonBlock } from '../../frame/json-block.tsx'

type Show = Screen['show']

/** `a.b` within a value, the value itself for no path; undefined where there is no such thing. */
function at(value: JsonValue | undefined, path: string | undefined): JsonValue | undefined {
  if (path === undefined) return undefined
  if (path === '') return value
  return path.split('.').reduce<JsonValue | undefined>((part, name) => {
    const inside = typeof part === 'object' && part !== null && Object.hasOwn(part, name)
    return inside ? (part as JsonObject)[name] : undefined
  }, value)
}

const textOf = (value: JsonValue | undefined): string | undefined =>
  value === undefined || value === null
    ? undefined
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)

/** What an endpoint answered, as its screen says; as JSON where the screen says nothing that is there. */
export function Answer({ show, answer }: { readonly show: Show; readonly answer: JsonValue }): ReactNode {
  const text = textOf(at(answer, show.text))
  const image = at(answer, show.image)
  const items = at(answer, show.items)
  const isList = Array.isArray(items)
  if (text === undefined && typeof image !== 'string' && !isList)
    return <JsonBlock title="Answer" value={answer} />
  return (
    <>
      {text !== undefined && (
        <Paper variant="outlined" sx={{ p: 2.5, mb: 2 }}>
          <Typography sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text}</Typography>
        </Paper>
      )}
      {typeof image === 'string' && (
        <Box
          component="img"
          src={`data:image/png;base64,${image}`}
          alt={text ?? 'What was made'}
          sx={{ maxWidth: '100%', borderRadius: 1, border: 1, borderColor: 'divider', mb: 2 }}
        />
      )}
      {isList && <Items show={show} items={items as readonly JsonValue[]} />}
    </>
  )
}

/** An answer is shown whole and replaced whole: its items are known by their places. */
const numbered = (items: readonly JsonValue[]) => items.map((item, index) => ({ key: String(index), item }))

function Items({ show, items }: { readonly show: Show; readonly items: readonly JsonValue[] }): ReactNode {
  if (items.length === 0) return <Typography sx={{ color: 'text.secondary' }}>Nothing was found.</Typography>
  return (
    <Paper
      variant="outlined"
      component="ol"
      aria-label="What was found"
      sx={{ listStyle: 'none', m: 0, p: 0 }}
    >
      {numbered(items).map(({ key, item }) => (
        <Item key={key} show={show} item={item} />
      ))}
    </Paper>
  )
}

function Item({ show, item }: { readonly show: Show; readonly item: JsonValue }): ReactNode {
  const title = textOf(at(item, show.itemTitle))
  const text = textOf(at(item, show.itemText))
  const score = at(item, show.itemScore)
  return (
    <Box component="li" sx={{ px: 2.5, py: 1.75, '& + &': { borderTop: 1, borderColor: 'divider' } }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        {title !== undefined && (
          <Typography variant="h3" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
        )}
        {typeof score === 'number' && (
          <Chip size="small" variant="outlined" label={score.toFixed(2)} title="Score" />
        )}
      </Box>
      {text !== undefined && (
        <Typography
          variant="body2"
          sx={{ color: 'text.secondary', mt: 0.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {text}
        </Typography>
      )}
      {title === undefined && text === undefined && <code>{JSON.stringify(item)}</code>}
    </Box>
  )
}
