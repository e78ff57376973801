/** Kinds of text that form-js knows by name. */
import { knownPattern } from './pattern.ts'

/** Country calling codes (ITU-T E.164) that form-js knows, some with an area. */
const callingCodes = `
  1 1242 1246 1264 1268 1284 1340 1345 1441 1473 1649 1664 1670 1671 1684 1721 1758 1767 1784 1787 1809 1829 1849 1868
  1869 1876 1939 20 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239
  240 241 242 243 244 245 246 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 27 291
  297 298 299 30 31 32 33 34 350 351 352 353 354 355 356 357 358 359 36 370 371 372 373 374 375 376 377 378 379 380 381
  382 383 385 386 387 389 39 3906698 40 41 420 421 423 43 44 45 46 47 4779 48 49 500 501 502 503 504 505 506 507 508 509
  51 52 53 54 55 56 57 58 590 591 592 593 594 595 596 597 598 5999 60 61 62 63 64 65 66 670 672 673 674 675 676 677 678
  679 680 681 682 683 685 686 687 688 689 690 691 692 7 76 77 81 82 84 850 852 853 855 856 86 880 886 90 91 92 93 94 95
  960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 98 992 993 994 995 996 998`
  .trim()
  .split(/\s+/)

/** What form-js wants behind the calling code: again a code, of its zone, and then 4 to 20 digits. */
const zoneCodes = [
  '1|7',
  '20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]',
  '2[1-689]\\d|3[578]\\d|42\\d|5[09]\\d|6[7-9]\\d|8[035789]\\d|9[679]\\d',
].join('|')

/** Anything may stand before the number: form-js looks only at the end of the text. */
const phone = knownPattern(`(?:\\+|00)(?:${callingCodes.join('|')})(?:${zoneCodes})\\d{4,20}$`)

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'

/** As HTML defines the value of an email field (HTML, "valid email address"). */
const email = knownPattern(`^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${label}(?:\\.${label})*$`)

/** Values of `validationType`. */
export const textKinds = { phone, email } as const
export type TextKind = keyof typeof textKinds
