/** Addresses that are one requester: of IPv6, a whole subnet of 64 bits, which any single host may use up alone. */
import ipaddr from 'ipaddr.js'

export function addressGroup(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}
