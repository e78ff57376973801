import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream'

/**
 * What `make` makes of streams reads nothing ahead. Else a socket that is paused goes on reading until 64 KiB wait in it:
 * from a script that writes single bytes without end, thousands of times a second. Neither `spawn` nor `Socket` takes a
 * limit of its own, so for as long as they are called it is the one of all.
 */
export function withoutReadAhead<Made>(make: () => Made): Made {
  const usual = getDefaultHighWaterMark(false)
  setDefaultHighWaterMark(false, 1)
  try {
    return make()
  } finally {
    setDefaultHighWaterMark(false, usual)
  }
}
