/** Documents at once, over all nodes: each is in memory while it is read, and servers of models count calls. */
export const concurrency = 16
