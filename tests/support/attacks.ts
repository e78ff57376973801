/** Scripts that take as much as they may of what all share, till somebody ends them. */
import type { ExecutionState } from '@braid/contract/execution.ts'

export type Attack = {
  readonly name: string
  readonly script: string
  /** How such a run may end. */
  readonly ends: readonly ExecutionState[]
}

const untilItsTime = ['TIMED_OUT', 'CANCELED'] as const

/** All in Python. */
export const attacks: readonly Attack[] = [
  {
    name: 'fork bomb',
    script: 'import os\nwhile True:\n  try: os.fork()\n  except OSError: pass',
    ends: [...untilItsTime, 'OUT_OF_MEMORY'],
  },
  {
    name: 'processes that end at once',
    script: `import os
for _ in range(4):
  try: os.fork()
  except OSError: pass
while True:
  try:
    if os.fork() == 0: os._exit(0)
  except OSError: pass
  try: os.waitpid(-1, os.WNOHANG)
  except OSError: pass`,
    ends: [...untilItsTime, 'OUT_OF_MEMORY'],
  },
  {
    name: 'thread bomb',
    script: `import threading, time
while True:
  try: threading.Thread(target=lambda: time.sleep(0.01)).start()
  except RuntimeError: pass`,
    ends: untilItsTime,
  },
  {
    name: 'memory, until it is ended',
    script: 'x = []\nwhile True: x.append(bytearray(1 << 20))',
    ends: ['OUT_OF_MEMORY', 'CANCELED'],
  },
  {
    name: 'memory, taken and given back',
    script:
      'import mmap\nwhile True:\n  m = mmap.mmap(-1, 200 << 20)\n  m.write(bytes(1 << 20) * 200)\n  m.close()',
    ends: [...untilItsTime, 'OUT_OF_MEMORY'],
  },
  {
    name: 'scratch space, filled and emptied',
    script: `import os
while True:
  for path in ("/tmp/x", "/dev/shm/x"):
    try:
      with open(path, "wb", 0) as f:
        while True: f.write(bytes(1 << 20))
    except OSError: os.unlink(path)`,
    ends: [...untilItsTime, 'OUT_OF_MEMORY'],
  },
  {
    name: 'many files',
    script: `import os
while True:
  for n in range(20000): open(f"/tmp/{n}", "w").close()
  for n in range(20000): os.unlink(f"/tmp/{n}")`,
    ends: [...untilItsTime, 'OUT_OF_MEMORY'],
  },
  {
    name: 'open files and full pipes',
    script: `import os
while True:
  ends = []
  try:
    while True:
      ends += os.pipe()
      os.write(ends[-1], bytes(65536))
  except OSError: pass
  for end in ends: os.close(end)`,
    ends: [...untilItsTime, 'OUT_OF_MEMORY'],
  },
  {
    name: 'busy in all its processes',
    script: 'import os\nfor _ in range(6):\n  try: os.fork()\n  except OSError: pass\nwhile True: pass',
    ends: [...untilItsTime, 'OUT_OF_MEMORY'],
  },
  {
    name: 'output without end',
    script: `import os
text = ("é\\u2028\\U0001f600" * 8000).encode() + b"\\xff\\xfe"
while True: os.write(1, text); os.write(2, text)`,
    ends: untilItsTime,
  },
  {
    name: 'output without end, byte by byte',
    script: 'import os\nfor _ in range(3): os.fork()\nwhile True: os.write(1, b"\\n"); os.write(2, b"\\xff")',
    ends: untilItsTime,
  },
  {
    name: 'all its output, again and again',
    script: 'import sys\nfor _ in range(160): sys.stdout.write("x" * 65535 + "\\n")',
    ends: ['COMPLETED', 'CANCELED'],
  },
  {
    name: 'results without end',
    script: `import os
end = os.open(os.environ["BRAID_RESULT"], os.O_WRONLY)
while True: os.write(end, b"[1]\\n" * 16384)`,
    ends: untilItsTime,
  },
]

/** Nothing but work: what a script of good will may be like. */
export const harmless: Attack = {
  name: 'harmless busy scripts',
  script: `import hashlib, json
data = {str(n): [n] * 10 for n in range(1000)}
while True:
  text = json.dumps(data)
  hashlib.sha256(text.encode()).hexdigest()
  sorted(json.loads(text).items(), reverse=True)`,
  ends: untilItsTime,
}
